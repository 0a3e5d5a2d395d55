/** Blurhash decoding, after the reference at blurha.sh; small sizes only, to be scaled up by the browser. */

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

function number(text: string): number {
  let value = 0;
  for (const letter of text) value = value * 83 + DIGITS.indexOf(letter);
  return value;
}

function toLinear(value: number): number {
  const v = value / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
}

function toSrgb(value: number): number {
  const v = Math.min(1, Math.max(0, value));
  return Math.round(v <= 0.0031308 ? v * 12.92 * 255 : (1.055 * v ** (1 / 2.4) - 0.055) * 255);
}

const signedSquare = (value: number) => Math.sign(value) * value * value;

/** RGBA pixels of a blurhash at the given size, or null for text that is not one. */
export function decodeBlurhash(hash: string, width: number, height: number): Uint8ClampedArray<ArrayBuffer> | null {
  if (hash.length < 6 || Array.from(hash).some((letter) => !DIGITS.includes(letter))) return null;
  const size = number(hash.charAt(0));
  const columns = (size % 9) + 1;
  const rows = Math.floor(size / 9) + 1;
  if (hash.length !== 4 + 2 * columns * rows) return null;
  const most = (number(hash.charAt(1)) + 1) / 166;
  const average = number(hash.slice(2, 6));
  const colors: [number, number, number][] = [[toLinear(average >> 16), toLinear((average >> 8) & 255), toLinear(average & 255)]];
  for (let i = 1; i < columns * rows; i += 1) {
    const value = number(hash.slice(4 + i * 2, 6 + i * 2));
    const part = (v: number) => signedSquare((v - 9) / 9) * most;
    colors.push([part(Math.floor(value / 361)), part(Math.floor(value / 19) % 19), part(value % 19)]);
  }
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let [r, g, b] = [0, 0, 0];
      for (let j = 0; j < rows; j += 1) {
        for (let i = 0; i < columns; i += 1) {
          const basis = Math.cos((Math.PI * x * i) / width) * Math.cos((Math.PI * y * j) / height);
          const color = colors[i + j * columns] ?? [0, 0, 0];
          r += color[0] * basis;
          g += color[1] * basis;
          b += color[2] * basis;
        }
      }
      pixels.set([toSrgb(r), toSrgb(g), toSrgb(b), 255], (y * width + x) * 4);
    }
  }
  return pixels;
}

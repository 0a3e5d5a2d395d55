const KEY = "fumetto-device";

/** What this browser calls itself when it reports page turns: the same id for as long as its storage is kept. */
export function deviceId(): string {
  try {
    const known = localStorage.getItem(KEY);
    if (known) return known;
    const made = crypto.getRandomValues(new Uint32Array(4)).reduce((text, part) => text + part.toString(36), "web-");
    localStorage.setItem(KEY, made);
    return made;
  } catch {
    return "web";
  }
}

/** A name a person recognises, such as "Firefox, Android". */
export function deviceName(agent = navigator.userAgent): string {
  const browser = [
    ["Edg", "Edge"],
    ["OPR", "Opera"],
    ["SamsungBrowser", "Samsung Internet"],
    ["Firefox", "Firefox"],
    ["Chrom", "Chrome"],
    ["Safari", "Safari"],
  ].find(([mark]) => agent.includes(mark ?? ""))?.[1];
  const system = [
    ["iPad", "iPad"],
    ["iPhone", "iPhone"],
    ["Android", "Android"],
    ["Windows", "Windows"],
    ["Mac OS", "Mac"],
    ["CrOS", "Chromebook"],
    ["Linux", "Linux"],
  ].find(([mark]) => agent.includes(mark ?? ""))?.[1];
  return [browser, system].filter(Boolean).join(", ") || "Web";
}

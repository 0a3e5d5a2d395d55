import { useLayoutEffect, useRef, useState, type CSSProperties, type ReactNode } from "react";

import { assetUrl } from "~/lib/base";
import { decodeBlurhash } from "~/lib/blurhash";

import styles from "./Picture.module.css";

interface Props {
  url: string;
  alt: string;
  blurhash?: string | null;
  color?: string | null;
  /** Where to look when the frame cuts the picture, as CSS `object-position`. */
  focus?: string;
  fit?: "cover" | "contain";
  eager?: boolean;
  className?: string | undefined;
  /** What stands in for a picture that does not come. */
  fallback?: ReactNode;
}

/** A page's picture, over its blurred self and its own colour until it has come. Fills its frame. */
export function Picture({ url, alt, blurhash, color, focus, fit = "cover", eager = false, className, fallback }: Props) {
  // The blur goes only when the picture has faded in over it: decoding may take a while after loading.
  const [state, setState] = useState<"waiting" | "here" | "settled" | "failed">("waiting");
  const style: CSSProperties = { objectFit: fit, ...(focus ? { objectPosition: focus } : {}) };
  return (
    <span className={[styles.frame, className].filter(Boolean).join(" ")} style={{ backgroundColor: color ?? undefined }}>
      {blurhash && state !== "settled" ? <Blur hash={blurhash} /> : null}
      {state === "failed" ? (
        (fallback ?? <span className="unseen">{alt}</span>)
      ) : (
        <img
          className={styles.image}
          data-here={state === "here" || state === "settled" || undefined}
          src={assetUrl(url)}
          alt={alt}
          style={style}
          loading={eager ? "eager" : "lazy"}
          decoding="async"
          draggable={false}
          onLoad={() => setState("here")}
          onTransitionEnd={() => setState("settled")}
          onError={() => setState("failed")}
        />
      )}
    </span>
  );
}

export function Blur({ hash, className }: { hash: string; className?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    const pixels = decodeBlurhash(hash, 20, 28);
    if (context && pixels) context.putImageData(new ImageData(pixels, 20, 28), 0, 0);
  }, [hash]);
  return <canvas ref={canvas} className={className ?? styles.blur} width={20} height={28} aria-hidden />;
}

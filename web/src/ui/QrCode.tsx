import { useMemo } from "react";
import { encode } from "uqr";

/** An address as a QR code: dark on light in both themes, as cameras want it. */
export function QrCode({ value, label, size = 148 }: { value: string; label: string; size?: number }) {
  const { path, cells } = useMemo(() => {
    const { data, size: count } = encode(value, { ecc: "M", border: 2 });
    return { cells: count, path: data.flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : ""))).join("") };
  }, [value]);
  return (
    <svg role="img" aria-label={label} width={size} height={size} viewBox={`0 0 ${cells} ${cells}`} shapeRendering="crispEdges" style={{ borderRadius: 10 }}>
      <rect width={cells} height={cells} fill="#fffdf9" />
      <path d={path} fill="#221d18" />
    </svg>
  );
}

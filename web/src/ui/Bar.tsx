import styles from "./Bar.module.css";

export function fractionOf(value: number): number {
  return Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0;
}

interface Props {
  /** 0 to 1; null when the end is not known yet. */
  value: number | null;
  label: string;
  className?: string | undefined;
}

/** How far something is. */
export function Bar({ value, label, className }: Props) {
  const fraction = value === null ? null : fractionOf(value);
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={fraction === null ? undefined : Math.round(fraction * 100)}
      className={[styles.track, className].filter(Boolean).join(" ")}
    >
      <span className={styles.fill} data-unknown={fraction === null || undefined} style={fraction === null ? {} : { inlineSize: `${fraction * 100}%` }} />
    </span>
  );
}

import styles from "./Skeleton.module.css";

interface Props {
  width?: number | string;
  height?: number | string;
  ratio?: string;
  round?: number;
}

/** A grey shape where something will be. */
export function Skeleton({ width = "100%", height, ratio, round = 8 }: Props) {
  return <span aria-hidden className={styles.skeleton} style={{ width, height, aspectRatio: ratio, borderRadius: round }} />;
}

import type { Edge, EdgeProps } from "@xyflow/react";
import { memo } from "react";

import styles from "./graph.module.css";
import type { Line } from "./model/ties";

export interface TieData extends Record<string, unknown> {
  line: Line;
  name: string;
  /** Whether one of its ends is looked at. */
  lit: boolean;
  faint: boolean;
  /** Its words would lie over others, so they are shown only when it is looked at. */
  crowded: boolean;
  arrives: boolean;
}

export type TieEdgeType = Edge<TieData, "tie">;

/** A tie, from whom it is said to whom it is about. The list says the same in words. */
export const TieEdge = memo(function TieEdge({ data }: EdgeProps<TieEdgeType>) {
  if (!data) return null;
  const { line, name, lit, faint, crowded, arrives } = data;
  return (
    <g className={styles.tie} data-lit={lit || undefined} data-faint={faint || undefined} data-arrives={arrives || undefined}>
      <path d={line.path} />
      {crowded && !lit ? null : (
        <text x={line.label.x} y={line.label.y} dy="0.32em" textAnchor="middle">
          {name}
        </text>
      )}
    </g>
  );
});

import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";
import { memo } from "react";

import type { WorldEntity } from "~/api/types";
import { useText } from "~/lib/language";

import { Face } from "./Face";
import styles from "./graph.module.css";

export interface EntityData extends Record<string, unknown> {
  entity: WorldEntity;
  /** How many it is tied to, drawn or not. */
  ties: number;
  /** How many of those are not drawn. */
  more: number;
  /** Whether it came on the page that is open, whether it came while the graph was open, and whether it shows that it is of today. */
  newHere: boolean;
  arrives: boolean;
  glows: boolean;
  chosen: boolean;
  /** Steps back, because somebody else is looked at. */
  faint: boolean;
  /** Whether the tab key comes here. */
  current: boolean;
  onChoose: (id: string, byKey: boolean) => void;
  onCurrent: (id: string) => void;
}

export type EntityNodeType = Node<EntityData, "entity">;

/** Somebody or something of the world, as a portrait with its name below. */
export const EntityNode = memo(function EntityNode({ id, data, width = 0 }: NodeProps<EntityNodeType>) {
  const text = useText();
  const { entity, ties, more, newHere, arrives, glows, chosen, faint, current, onChoose, onCurrent } = data;
  return (
    <>
      {/* Ties go from middle to middle and draw themselves from rim to rim. */}
      <Handle type="source" position={Position.Top} isConnectable={false} className={styles.middle ?? ""} />
      <Handle type="target" position={Position.Top} isConnectable={false} className={styles.middle ?? ""} />
      <button
        type="button"
        className={styles.node}
        data-entity={id}
        data-kind={entity.kind}
        data-new={newHere || undefined}
        data-arrives={arrives || undefined}
        data-glows={glows || undefined}
        data-chosen={chosen || undefined}
        data-faint={faint || undefined}
        data-major={width > 60 || undefined}
        tabIndex={current ? 0 : -1}
        aria-pressed={chosen}
        aria-label={text("world.node", { name: entity.name, kind: text(`world.one.${entity.kind}`), ties, new: newHere ? "yes" : "no" })}
        onFocus={() => onCurrent(id)}
        onClick={({ detail }) => onChoose(id, detail === 0)}
      >
        <Face entity={entity} size={width} />
        {more > 0 ? (
          <span className={styles.more} aria-hidden>
            {text("world.more", { count: more })}
          </span>
        ) : null}
        <span className={styles.name} aria-hidden>
          {entity.name}
        </span>
      </button>
    </>
  );
});

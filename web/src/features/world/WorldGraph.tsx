import "@xyflow/react/dist/base.css";

import { Position, ReactFlow, ReactFlowProvider, useReactFlow, useStore, useStoreApi, type Viewport } from "@xyflow/react";
import { Maximize2, Minus, Plus } from "lucide-react";
import { useCallback, useEffect, useId, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type Ref } from "react";

import { useText } from "~/lib/language";
import { IconButton } from "~/ui/Button";

import { EntityNode, type EntityNodeType } from "./EntityNode";
import { TieEdge, type TieEdgeType } from "./TieEdge";
import styles from "./graph.module.css";
import type { Drawn, Neighbours } from "./model/graph";
import { settle, spotsOf, type Spots } from "./model/layout";
import { isStep, stepFrom } from "./model/steps";
import { bendsOf, crowded, lineBetween } from "./model/ties";
import { useTieName } from "./useTieName";

export interface GraphHandle {
  /** Brings somebody into the middle; with `take`, the keyboard goes there too. */
  show: (id: string, take?: boolean) => void;
}

interface Props {
  /** Whose places are remembered, under which name. */
  memory: string;
  drawn: Drawn;
  neighbours: Neighbours;
  chosen: string | null;
  /** Who is looked at closely: a change brings everybody around them into view. */
  focus: string | null;
  newHere: ReadonlySet<string>;
  arrived: ReadonlySet<string>;
  /** Without movement. */
  calm: boolean;
  onChoose: (id: string | null, byKey: boolean) => void;
  ref?: Ref<GraphHandle>;
}

const nodeTypes = { entity: EntityNode };
const edgeTypes = { tie: TieEdge };
const MAJOR = 64;
const MINOR = 50;
const NEAREST = 2.2;
const FURTHEST = 0.12;
/** Room for what lies over the graph. */
const MARGIN = { top: "40px", right: "48px", bottom: "68px", left: "48px" } as const;
const BELOW_BAR = "84px";
/** Not nearer than life when all of it is fitted into the room. */
const FITTED = 1.1;
const QUICK = 200;

/** Who has shown already that they are new, as long as the application is open. */
const glowed = new Set<string>();

export function WorldGraph(props: Props) {
  return (
    <ReactFlowProvider>
      <Graph {...props} />
    </ReactFlowProvider>
  );
}

function Graph({ memory, drawn, neighbours, chosen, focus, newHere, arrived, calm, onChoose, ref }: Props) {
  const text = useText();
  const tieName = useTieName();
  const help = useId();
  const stage = useRef<HTMLDivElement>(null);
  const flow = useReactFlow<EntityNodeType, TieEdgeType>();
  const store = useStoreApi();
  const [current, setCurrent] = useState<string | null>(null);
  const { entities, relationships } = drawn;
  const barred = drawn.around !== null;
  const shown = useMemo(() => entities.map(({ id }) => id), [entities]);
  const [aspect] = useState(() => (window.innerWidth > 1.3 * window.innerHeight ? 1.2 : 0.75));

  const spots = useMemo<Spots>(() => {
    const known = spotsOf(memory);
    settle(known, shown, relationships, aspect);
    return known;
  }, [memory, shown, relationships, aspect]);

  const [fresh] = useState(() => new Set(glowed));
  useEffect(() => {
    for (const one of entities) if (one.new) glowed.add(one.id);
  }, [entities]);

  const at = chosen !== null && shown.includes(chosen) ? chosen : null;
  const tabStop = current !== null && shown.includes(current) ? current : (at ?? drawn.around ?? shown[0] ?? null);
  const choose = useCallback((id: string, byKey: boolean) => onChoose(id, byKey), [onChoose]);

  const nodes = useMemo(() => {
    const drawnIds = new Set(shown);
    const beside = at === null ? null : neighbours.get(at);
    return entities.map((entity): EntityNodeType => {
      const { x, y } = spots.get(entity.id) ?? { x: 0, y: 0 };
      const size = sizeOf(entity);
      const tied = neighbours.get(entity.id);
      const handle = { position: Position.Top, x: size / 2, y: size / 2, width: 1, height: 1 };
      return {
        id: entity.id,
        type: "entity",
        position: { x: x - size / 2, y: y - size / 2 },
        width: size,
        height: size,
        measured: { width: size, height: size },
        handles: [
          { ...handle, type: "source" },
          { ...handle, type: "target" },
        ],
        data: {
          entity,
          ties: tied?.size ?? 0,
          more: tied ? [...tied].filter((id) => !drawnIds.has(id)).length : 0,
          newHere: newHere.has(entity.id),
          arrives: arrived.has(entity.id),
          glows: entity.new && !fresh.has(entity.id),
          chosen: entity.id === at,
          faint: at !== null && entity.id !== at && !beside?.has(entity.id),
          current: entity.id === tabStop,
          onChoose: choose,
          onCurrent: setCurrent,
        },
      };
    });
  }, [entities, shown, spots, neighbours, newHere, arrived, fresh, at, tabStop, choose]);

  const lines = useMemo(() => {
    const sizes = new Map(entities.map((one) => [one.id, sizeOf(one)]));
    const end = (id: string) => ({ ...(spots.get(id) ?? { x: 0, y: 0 }), r: (sizes.get(id) ?? MINOR) / 2 });
    const bends = bendsOf(relationships);
    const drawnLines = relationships.map((tie) => ({ tie, name: tieName(tie), line: lineBetween(end(tie.source_id), end(tie.target_id), bends.get(tie.id) ?? 0) }));
    const hidden = crowded(drawnLines.map(({ tie, name, line }) => ({ id: tie.id, at: line.label, text: name })), spots, shown);
    return drawnLines.map((one) => ({ ...one, crowded: hidden.has(one.tie.id) }));
  }, [entities, relationships, spots, shown, tieName]);

  const edges = useMemo(
    () =>
      lines.map(({ tie, name, line, crowded: close }): TieEdgeType => {
        const lit = at !== null && (tie.source_id === at || tie.target_id === at);
        const arrives = arrived.has(tie.source_id) || arrived.has(tie.target_id);
        return { id: tie.id, type: "tie", source: tie.source_id, target: tie.target_id, domAttributes: { "aria-hidden": true }, data: { line, name, lit, faint: at !== null && !lit, crowded: close, arrives } };
      }),
    [lines, at, arrived],
  );

  // Names keep their size on the screen while the graph is small; that is done without drawing anything anew.
  const onMove = useCallback((_: unknown, { zoom }: Viewport) => {
    stage.current?.style.setProperty("--zoom", zoom.toFixed(3));
    stage.current?.toggleAttribute("data-far", zoom < 0.42);
    stage.current?.toggleAttribute("data-wordless", zoom < 0.56);
  }, []);
  const moved = useRef(false);
  const byHand = useCallback((event: unknown) => {
    if (event) moved.current = true;
  }, []);
  const fit = useCallback(
    (quick = false) => {
      moved.current = false;
      void flow.fitView({ padding: { ...MARGIN, ...(barred ? { top: BELOW_BAR } : {}) }, maxZoom: FITTED, duration: quick || calm ? 0 : QUICK });
    },
    [flow, calm, barred],
  );
  const zoom = (factor: number) => {
    moved.current = true;
    void flow.zoomTo(Math.min(NEAREST, Math.max(FURTHEST, flow.getZoom() * factor)), { duration: calm ? 0 : 120 });
  };
  const reveal = useCallback(
    (id: string, always = false) => {
      const spot = spots.get(id);
      if (!spot) return;
      const { width, height, transform } = store.getState();
      const [x, y] = [spot.x * transform[2] + transform[0], spot.y * transform[2] + transform[1]];
      const inside = x > 50 && y > 50 && x < width - 50 && y < height - 70;
      if (inside && !always) return;
      moved.current = true;
      void flow.setCenter(spot.x, spot.y, { zoom: Math.max(transform[2], 0.7), duration: calm ? 0 : QUICK });
    },
    [flow, spots, store, calm],
  );
  const take = (id: string) => stage.current?.querySelector<HTMLElement>(`[data-entity="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
  useImperativeHandle(ref, () => ({
    show: (id, also = false) => {
      reveal(id, !also);
      if (also) take(id);
    },
  }));

  // Nothing moves under a reader's eyes but to let in who would stand outside; where somebody has moved the graph, not even then.
  const first = useRef(true);
  useLayoutEffect(() => {
    const outside = shown.some((id) => {
      const spot = spots.get(id);
      const { width, height, transform } = store.getState();
      return spot && (spot.x * transform[2] + transform[0] < 30 || spot.x * transform[2] + transform[0] > width - 30 || spot.y * transform[2] + transform[1] < 30 || spot.y * transform[2] + transform[1] > height - 40);
    });
    if (!first.current && outside && !moved.current) fit();
  }, [shown, spots, store, fit]);
  // Whoever is chosen is not left behind the card that tells of them: they come back into view with whom they are tied to.
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  useEffect(() => {
    if (at === null || !width || !height) return;
    const { transform } = store.getState();
    const hidden = (id: string) => {
      const spot = spots.get(id);
      if (!spot) return false;
      const [x, y] = [spot.x * transform[2] + transform[0], spot.y * transform[2] + transform[1]];
      return x < 40 || y < 40 || x > width - 40 || y > height - 60;
    };
    const together = [at, ...(neighbours.get(at) ?? [])].filter((id) => shown.includes(id));
    if (!(moved.current ? hidden(at) : together.some(hidden))) return;
    void flow.fitView({ nodes: together.map((id) => ({ id })), padding: { ...MARGIN, ...(barred ? { top: BELOW_BAR } : {}) }, maxZoom: 1, duration: calm ? 0 : QUICK });
  }, [at, width, height, shown, spots, store, flow, neighbours, calm, barred]);

  const looked = useRef(focus);
  useEffect(() => {
    if (looked.current === focus) return;
    looked.current = focus;
    fit();
  }, [focus, fit]);

  const key = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = tabStop;
    if (isStep(event.key) && from !== null) {
      const next = stepFrom(from, event.key, shown, spots, neighbours);
      if (next !== null) {
        take(next);
        reveal(next);
      }
    } else if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  };

  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys go from one button in it to the next
    <div ref={stage} role="application" className={styles.stage} aria-label={text("world.graph")} aria-describedby={help} onKeyDown={key}>
      <p id={help} className="unseen">
        {text("world.graph.help")}
      </p>
      <ReactFlow<EntityNodeType, TieEdgeType>
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        minZoom={FURTHEST}
        maxZoom={NEAREST}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        zoomActivationKeyCode={null}
        panActivationKeyCode={null}
        zoomOnDoubleClick={false}
        attributionPosition="bottom-left"
        onInit={() => {
          fit(true);
          first.current = false;
        }}
        onMove={onMove}
        onMoveStart={byHand}
        onPaneClick={() => onChoose(null, false)}
      />
      <div className={styles.controls}>
        <IconButton icon={Plus} label={text("world.zoom.in")} onClick={() => zoom(1.25)} />
        <IconButton icon={Minus} label={text("world.zoom.out")} onClick={() => zoom(0.8)} />
        <IconButton icon={Maximize2} label={text("world.fit")} size={16} onClick={() => fit()} />
      </div>
    </div>
  );
}

const sizeOf = ({ kind, portrait }: { kind: string; portrait: unknown }) => (portrait || kind === "character" ? MAJOR : MINOR);

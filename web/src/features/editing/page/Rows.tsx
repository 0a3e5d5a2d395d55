import { closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors, type Announcements, type DragEndEvent } from "@dnd-kit/core";
import { SortableContext, sortableKeyboardCoordinates, useSortable, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import { GripVertical, Trash2 } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";

import { useText } from "~/lib/language";
import { IconButton } from "~/ui/Button";

import styles from "./page.module.css";

interface Props<T extends { key: string }> {
  items: readonly T[];
  label: string;
  selected: string | null;
  nameOf: (item: T, index: number) => string;
  onSelect: (key: string) => void;
  onMove: (from: number, to: number) => void;
  onRemove: (key: string) => void;
  children: (item: T, index: number) => ReactNode;
}

/** What is on the page in reading order: put in another by dragging, by Space and arrows on a grip, or by Alt and arrows anywhere in a row. */
export function Rows<T extends { key: string }>({ items, label, selected, nameOf, onSelect, onMove, onRemove, children }: Props<T>) {
  const text = useText();
  const keys = items.map(({ key }) => key);
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 4 } }), useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }));
  const told = (id: string | number, over: string | number) => {
    const index = keys.indexOf(String(id));
    const item = items[index];
    return { name: item ? nameOf(item, index) : "", place: keys.indexOf(String(over)) + 1, total: keys.length };
  };
  const announcements: Announcements = {
    onDragStart: ({ active }) => text("order.picked", told(active.id, active.id)),
    onDragOver: ({ active, over }) => (over ? text("order.over", told(active.id, over.id)) : undefined),
    onDragEnd: ({ active, over }) => text("order.dropped", told(active.id, over?.id ?? active.id)),
    onDragCancel: ({ active }) => text("order.cancelled", told(active.id, active.id)),
  };
  const end = ({ active, over }: DragEndEvent) => {
    if (over && over.id !== active.id) onMove(keys.indexOf(String(active.id)), keys.indexOf(String(over.id)));
  };
  return (
    <DndContext sensors={sensors} collisionDetection={closestCenter} onDragEnd={end} accessibility={{ announcements, screenReaderInstructions: { draggable: text("order.how") } }}>
      <SortableContext items={keys} strategy={verticalListSortingStrategy}>
        <ol className={styles.rows} aria-label={label}>
          {items.map((item, index) => (
            <Row
              key={item.key}
              id={item.key}
              name={nameOf(item, index)}
              number={index + 1}
              here={item.key === selected}
              onSelect={() => onSelect(item.key)}
              onShift={(by) => {
                const to = index + by;
                if (to >= 0 && to < items.length) onMove(index, to);
              }}
              onRemove={() => onRemove(item.key)}
            >
              {children(item, index)}
            </Row>
          ))}
        </ol>
      </SortableContext>
    </DndContext>
  );
}

interface RowProps {
  id: string;
  name: string;
  number: number;
  here: boolean;
  onSelect: () => void;
  onShift: (by: 1 | -1) => void;
  onRemove: () => void;
  children: ReactNode;
}

function Row({ id, name, number, here, onSelect, onShift, onRemove, children }: RowProps) {
  const text = useText();
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({ id });
  const row = useRef<HTMLLIElement | null>(null);
  useEffect(() => {
    if (here) row.current?.scrollIntoView({ block: "nearest" });
  }, [here]);
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- whatever in the row has the focus, Alt and arrows move it
    <li
      ref={(element) => {
        row.current = element;
        setNodeRef(element);
      }}
      className={styles.row}
      data-held={isDragging || undefined}
      data-here={here || undefined}
      style={{ transform: CSS.Translate.toString(transform), transition }}
      onFocus={onSelect}
      onKeyDown={(event) => {
        if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
        event.preventDefault();
        onShift(event.key === "ArrowUp" ? -1 : 1);
      }}
    >
      <button type="button" ref={setActivatorNodeRef} {...attributes} {...listeners} aria-roledescription={text("order.role")} aria-label={text("order.move", { name })} className={styles.grip}>
        <GripVertical size={16} strokeWidth={1.7} aria-hidden />
        <span>{number}</span>
      </button>
      <div className={styles.fields}>{children}</div>
      <IconButton icon={Trash2} size={16} label={text("editing.page.remove", { name })} onClick={onRemove} />
    </li>
  );
}

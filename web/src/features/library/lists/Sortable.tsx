import { closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors, type Announcements, type DragEndEvent } from "@dnd-kit/core";
import { arrayMove, rectSortingStrategy, SortableContext, sortableKeyboardCoordinates, useSortable, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import { GripVertical, X } from "lucide-react";
import { type ReactNode } from "react";

import { useText } from "~/lib/language";
import { IconButton } from "~/ui/Button";

import styles from "./Sortable.module.css";

interface Props<T extends { id: string }> {
  items: T[];
  layout: "rows" | "grid";
  nameOf: (item: T) => string;
  onOrder: (ids: string[]) => void;
  onRemove: (item: T) => void;
  children: (item: T, index: number) => ReactNode;
}

/** A list put in order by dragging its handles, or by Space and the arrow keys on them, told to a screen reader as it goes. */
export function Sortable<T extends { id: string }>({ items, layout, nameOf, onOrder, onRemove, children }: Props<T>) {
  const text = useText();
  const ids = items.map(({ id }) => id);
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const name = (id: string | number) => {
    const item = items.find((one) => one.id === id);
    return item ? nameOf(item) : "";
  };
  const place = (id: string | number) => ids.indexOf(String(id)) + 1;
  const announcements: Announcements = {
    onDragStart: ({ active }) => text("order.picked", { name: name(active.id), place: place(active.id), total: ids.length }),
    onDragOver: ({ active, over }) => (over ? text("order.over", { name: name(active.id), place: place(over.id), total: ids.length }) : undefined),
    onDragEnd: ({ active, over }) => text("order.dropped", { name: name(active.id), place: place(over?.id ?? active.id), total: ids.length }),
    onDragCancel: ({ active }) => text("order.cancelled", { name: name(active.id) }),
  };
  const end = ({ active, over }: DragEndEvent) => {
    if (over && over.id !== active.id) onOrder(arrayMove(ids, ids.indexOf(String(active.id)), ids.indexOf(String(over.id))));
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      onDragEnd={end}
      accessibility={{ announcements, screenReaderInstructions: { draggable: text("order.how") } }}
    >
      <SortableContext items={ids} strategy={layout === "grid" ? rectSortingStrategy : verticalListSortingStrategy}>
        <ol className={layout === "grid" ? styles.grid : styles.rows}>
          {items.map((item, index) => (
            <Item key={item.id} id={item.id} name={nameOf(item)} layout={layout} onRemove={() => onRemove(item)}>
              {children(item, index)}
            </Item>
          ))}
        </ol>
      </SortableContext>
    </DndContext>
  );
}

interface ItemProps {
  id: string;
  name: string;
  layout: Props<{ id: string }>["layout"];
  onRemove: () => void;
  children: ReactNode;
}

function Item({ id, name, layout, onRemove, children }: ItemProps) {
  const text = useText();
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({ id });
  return (
    <li
      ref={setNodeRef}
      className={layout === "grid" ? styles.tile : styles.row}
      data-held={isDragging || undefined}
      style={{ transform: CSS.Translate.toString(transform), transition }}
    >
      <button
        type="button"
        ref={setActivatorNodeRef}
        {...attributes}
        {...listeners}
        aria-roledescription={text("order.role")}
        aria-label={text("order.move", { name })}
        className={styles.grip}
      >
        <GripVertical size={18} strokeWidth={1.7} aria-hidden />
      </button>
      <div className={styles.content}>{children}</div>
      <IconButton icon={X} size={16} label={text("lists.takeOut", { name })} className={styles.remove} onClick={onRemove} />
    </li>
  );
}

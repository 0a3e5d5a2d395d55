import { Textarea } from "@mantine/core";
import { ListOrdered, Plus } from "lucide-react";

import type { EditablePanels } from "~/api/editing";
import { useText } from "~/lib/language";
import { Button } from "~/ui/Button";

import { Rows } from "./Rows";
import styles from "./page.module.css";
import type { DraftOf } from "./useDraft";

interface Props {
  panels: EditablePanels;
  draft: DraftOf;
  selected: string | null;
  onSelect: (key: string | null) => void;
}

/** The panels of the page, numbered as they are read. */
export function PanelsTab({ panels: loaded, draft, selected, onSelect }: Props) {
  const text = useText();
  const { panels } = draft.now;
  return (
    <section className={styles.tab} aria-label={text("editing.page.tab.panels")}>
      <p className={styles.from}>{loaded.source === null ? text("editing.page.noPanels") : text("editing.page.panelsFrom", { source: text(`editing.source.${loaded.source}`) })}</p>
      <Rows
        items={panels}
        label={text("editing.page.tab.panels")}
        selected={selected}
        nameOf={(_, index) => text("editing.page.panel", { number: index + 1 })}
        onSelect={onSelect}
        onMove={draft.movePanel}
        onRemove={draft.remove}
      >
        {(panel, index) => (
          <Textarea
            aria-label={text("editing.page.panelDescription", { number: index + 1 })}
            placeholder={text("editing.page.panelPlaceholder")}
            autosize
            minRows={1}
            maxRows={6}
            maxLength={10_000}
            value={panel.description ?? ""}
            onChange={(event) => draft.setPanel(panel.key, { description: event.currentTarget.value || null }, `panel ${panel.key}`)}
          />
        )}
      </Rows>
      <div className={styles.adds}>
        <Button small icon={Plus} onClick={() => onSelect(draft.addPanel())}>
          {text("editing.page.addPanel")}
        </Button>
        {panels.length > 1 ? (
          <Button small tone="bare" icon={ListOrdered} onClick={draft.orderPanels}>
            {text("editing.page.orderPanels")}
          </Button>
        ) : null}
      </div>
      <p className={styles.help}>{text("editing.page.drawHelp")}</p>
    </section>
  );
}

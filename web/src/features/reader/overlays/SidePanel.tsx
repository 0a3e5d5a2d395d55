import { useEffect, useId, useRef, type KeyboardEvent } from "react";

import { useText } from "~/lib/language";

import { SideFrame } from "./SideFrame";
import styles from "./side.module.css";
import { SIDES, type SideProps, type TabName } from "./sides";

interface Props extends SideProps {
  tab: TabName;
  /** Whether it is a sheet over the foot of the window, as on a phone, rather than a panel beside the page. */
  sheet: boolean;
  /** How often a link out of it was followed: a sheet then leaves the page what room it can. */
  low: number;
  /** What lies open, in words. */
  about: string;
  onTab: (tab: TabName) => void;
  onClose: () => void;
}

/** What is known of the open pages, beside them: one panel with tabs, or on a phone a sheet with three stops. */
export function SidePanel({ tab, sheet, low, about, onTab, onClose, ...inside }: Props) {
  const text = useText();
  const id = useId();
  const tabs = useRef<HTMLDivElement>(null);
  const { Content, wide = false } = SIDES.find(({ name }) => name === tab) ?? {};

  // The focus comes along when it is opened, and goes back to where it was.
  useEffect(() => {
    const before = document.activeElement;
    tabs.current?.querySelector<HTMLElement>("[aria-selected=true]")?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);

  const key = (event: KeyboardEvent) => {
    const at = SIDES.findIndex(({ name }) => name === tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: SIDES.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = SIDES[(to + SIDES.length) % SIDES.length];
    if (!next) return;
    onTab(next.name);
    document.getElementById(`${id}-tab-${next.name}`)?.focus();
  };

  return (
    <SideFrame
      label={text("reader.side")}
      close={text("reader.side.close")}
      sheet={sheet}
      wide={wide}
      low={low}
      onClose={onClose}
      head={
        <div className={styles.titles}>
          <h2>{text("reader.side")}</h2>
          <p>{about}</p>
        </div>
      }
    >
      <div ref={tabs} role="tablist" tabIndex={-1} aria-label={text("reader.side")} className={styles.tabs} onKeyDown={key}>
        {SIDES.map(({ name, icon: Sign }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-tab-${name}`}
            aria-selected={name === tab}
            aria-controls={`${id}-panel`}
            tabIndex={name === tab ? 0 : -1}
            className={styles.tab}
            onClick={() => onTab(name)}
          >
            <Sign size={16} strokeWidth={1.7} aria-hidden />
            {text(`reader.side.${name}`)}
          </button>
        ))}
      </div>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard */}
      <div key={tab} id={`${id}-panel`} role="tabpanel" tabIndex={0} aria-labelledby={`${id}-tab-${tab}`} className={styles.content}>
        {Content ? <Content {...inside} /> : null}
      </div>
    </SideFrame>
  );
}

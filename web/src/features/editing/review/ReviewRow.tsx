import { Checkbox, Menu } from "@mantine/core";
import { Check, Ellipsis, MapPin, RotateCcw, ShieldCheck, X } from "lucide-react";

import type { DecisionAction, ReviewItem } from "~/api/editing";
import { useText } from "~/lib/language";
import { Button, IconButton } from "~/ui/Button";

import { Places } from "../shared/places";

import { mayBe } from "./mayBe";
import styles from "./review.module.css";

interface Props {
  slug: string;
  item: ReviewItem;
  here: boolean;
  chosen: boolean;
  busy: boolean;
  onHere: () => void;
  onChoose: (range: boolean) => void;
  onAct: (action: DecisionAction) => void;
  place: (element: HTMLElement | null) => void;
}

export function ReviewRow({ slug, item, here, chosen, busy, onHere, onChoose, onAct, place }: Props) {
  const text = useText();
  const about = item.thing === "wiki_fact" || item.thing === "entity_fact" || item.thing === "alias";
  const proposed = item.state === "proposed";
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the pointer and the focus only say which one the keys mean
    <li ref={place} tabIndex={-1} className={styles.row} data-here={here || undefined} data-chosen={chosen || undefined} aria-current={here || undefined} onFocus={onHere} onMouseDown={onHere}>
      <Checkbox
        className={styles.check ?? ""}
        checked={chosen}
        aria-label={text("editing.review.choose", { text: item.text.slice(0, 80) })}
        onChange={() => undefined}
        onClick={(event) => onChoose(event.shiftKey)}
      />
      <div className={styles.body}>
        <p className={styles.source}>
          <span className={styles.thing}>{text(`editing.thing.${item.thing}`)}</span>
          {about ? <strong>{item.title}</strong> : null}
          {item.heading ? <span>{item.heading}</span> : null}
          <span>{text(`editing.origin.${item.origin}`)}</span>
          {item.confidence === null ? null : <span>{text("editing.sure", { share: item.confidence })}</span>}
        </p>
        <p className={styles.words}>{item.text}</p>
        {item.quote ? <blockquote className={styles.quote}>{item.quote}</blockquote> : null}
        <div className={styles.foot}>
          {item.pages.length ? (
            <Places slug={slug} places={item.pages} />
          ) : item.awaits_episode !== null ? (
            <span className={styles.nowhere}>
              {item.awaits_page === null ? text("editing.review.awaitsEpisode", { episode: item.awaits_episode }) : text("editing.review.awaits", { episode: item.awaits_episode, page: item.awaits_page })}
            </span>
          ) : (
            <span className={styles.nowhere}>{text(item.thing === "character" ? "editing.review.onNoPage" : "editing.review.noPlace")}</span>
          )}
          <span className={styles.acts}>
            {mayBe("accept", item) ? (
              <Button small icon={Check} disabled={busy} onClick={() => onAct("accept")}>
                {text("editing.review.accept")}
              </Button>
            ) : null}
            {mayBe("correct", item) ? (
              <Button small icon={MapPin} disabled={busy} onClick={() => onAct("correct")}>
                {text(item.pages.length ? "editing.review.correct" : "editing.review.place")}
              </Button>
            ) : null}
            {mayBe("reject", item) ? (
              <Button small icon={X} disabled={busy} onClick={() => onAct("reject")}>
                {text("editing.review.reject")}
              </Button>
            ) : null}
            {proposed ? null : (
              <Button small icon={RotateCcw} disabled={busy} onClick={() => onAct("reopen")}>
                {text("editing.review.reopen")}
              </Button>
            )}
            {proposed && mayBe("safe", item) ? (
              <Menu>
                <Menu.Target>
                  <IconButton icon={Ellipsis} label={text("editing.review.moreFor", { title: item.title })} />
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item leftSection={<ShieldCheck size={16} strokeWidth={1.7} aria-hidden />} onClick={() => onAct("safe")}>
                    {text("editing.review.safeOf", { title: item.title })}
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            ) : null}
          </span>
        </div>
      </div>
    </li>
  );
}

import { Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BookCheck, BookOpen, BookX, Ellipsis, ExternalLink, FolderPlus, ListChecks, MessageCircleQuestionMark, Pencil } from "lucide-react";
import { type CSSProperties, useState } from "react";

import { reviewCountQuery } from "~/api/editing";
import { mark } from "~/api/reading";
import type { Credit, EpisodeCard, SeriesDetail } from "~/api/types";
import { inLanguage, nameOfLanguage, useLanguage, useText } from "~/lib/language";
import { Button, ButtonLink, IconButton } from "~/ui/Button";
import { Cover } from "~/ui/Cover";

import { nameOfRole } from "../shared/roles";
import { useEdit } from "../shared/useEdit";
import { numberOf, placeOf } from "../shared/words";

import styles from "./Hero.module.css";
import { licenseAddress } from "./licences";
import { lastLeft, onwards } from "./onwards";

interface Props {
  series: SeriesDetail;
  episodes: EpisodeCard[];
  signedIn: boolean;
  onEdit: (() => void) | null;
  onAdd: () => void;
}

/** What a series is, on a stage tinted with its cover's own colour, and the one button that goes on reading. */
export function Hero({ series, episodes, signedIn, onEdit, onAdd }: Props) {
  const text = useText();
  const tint = series.cover?.dominant_color;
  const style = (tint && /^#[0-9a-f]{6}$/i.test(tint) ? { "--tint": tint } : {}) as CSSProperties;
  const facts = [
    text("shelf.episodes", { count: series.episode_count }),
    series.year ? String(series.year) : null,
    series.publisher,
    series.direction === "ltr" ? null : text(`direction.${series.direction}`),
    series.age_rating,
  ].filter(Boolean);
  return (
    <section className={styles.hero} style={style} aria-labelledby="series-title">
      <div className={styles.cover}>
        <Cover cover={series.cover} title={series.title} eager />
      </div>
      <div className={styles.words}>
        <h1 id="series-title" {...inLanguage(series.language)}>
          {series.title}
        </h1>
        <p className={styles.facts}>{facts.join(" · ")}</p>
        {series.languages.length ? (
          <p className={styles.facts}>
            <span className="unseen">{text("series.languages")}</span>
            {series.languages.slice(0, 8).map(nameOfLanguage).join(", ")}
            {series.languages.length > 8 ? ` ${text("series.more", { count: series.languages.length - 8 })}` : null}
          </p>
        ) : null}
        {series.summary ? <Summary words={series.summary} language={series.language} /> : null}
        <div className={styles.actions}>
          <GoOn episodes={episodes} />
          {signedIn ? <Ask episodes={episodes} /> : null}
          {signedIn ? <SeriesMenu series={series} onEdit={onEdit} onAdd={onAdd} /> : null}
        </div>
        {onEdit ? <Waiting slug={series.slug} /> : null}
        <Credits series={series} />
        {series.tags.length ? (
          <ul className={styles.tags} aria-label={text("field.tags")}>
            {series.tags.map((tag) => (
              <li key={tag}>
                <Link to="/" search={{ tag }}>
                  {tag}
                </Link>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </section>
  );
}

function GoOn({ episodes }: { episodes: EpisodeCard[] }) {
  const text = useText();
  const next = onwards(episodes);
  if (!next) return null;
  const { episode, how } = next;
  const where = [numberOf(episode, text), how === "continue" && episode.progress ? placeOf(episode.progress, text) : null].filter(Boolean).join(", ");
  return (
    <ButtonLink to="/read/$episodeId" params={{ episodeId: episode.id }} tone="accent" icon={BookOpen}>
      {where && how !== "again" ? text(`series.go.${how}At`, { where }) : text(`series.go.${how}`)}
    </ButtonLink>
  );
}

/** The companion, beside the page where the reader was last. */
function Ask({ episodes }: { episodes: EpisodeCard[] }) {
  const text = useText();
  const left = lastLeft(episodes);
  if (!left) return null;
  return (
    <ButtonLink to="/read/$episodeId" params={{ episodeId: left.episodeId }} search={{ page: left.page }} state={{ ask: true }} icon={MessageCircleQuestionMark} className={styles.onStage}>
      {text("companion.door")}
    </ButtonLink>
  );
}

function SeriesMenu({ series, onEdit, onAdd }: Pick<Props, "series" | "onEdit" | "onAdd">) {
  const text = useText();
  const edit = useEdit();
  const markAs = (state: "read" | "unread") =>
    edit.mutate({
      send: async () => {
        await mark({ series_id: series.id, state });
        return undefined;
      },
      said: text(state === "read" ? "mark.seriesRead" : "mark.seriesUnread", { count: 1 }),
    });
  const sign = { size: 16, strokeWidth: 1.7, "aria-hidden": true };
  return (
    <>
      {onEdit ? (
        <Button icon={Pencil} className={styles.onStage} onClick={onEdit}>
          {text("series.edit")}
        </Button>
      ) : null}
      <Menu position="bottom-start">
        <Menu.Target>
          <IconButton icon={Ellipsis} label={text("series.menu")} className={styles.onStage} />
        </Menu.Target>
        <Menu.Dropdown>
          {onEdit ? (
            <Menu.Item leftSection={<ListChecks {...sign} />} renderRoot={(props) => <Link {...props} to="/edit/$slug" params={{ slug: series.slug }} />}>
              {text("editing.door")}
            </Menu.Item>
          ) : null}
          <Menu.Item leftSection={<FolderPlus {...sign} />} onClick={onAdd}>
            {text("addTo.collection")}
          </Menu.Item>
          <Menu.Item leftSection={<BookCheck {...sign} />} onClick={() => markAs("read")}>
            {text("mark.allRead")}
          </Menu.Item>
          <Menu.Item leftSection={<BookX {...sign} />} onClick={() => markAs("unread")}>
            {text("mark.allUnread")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

/** How much an editor is waited for. */
function Waiting({ slug }: { slug: string }) {
  const text = useText();
  const count = useQuery(reviewCountQuery(slug, "proposed")).data;
  return count ? (
    <Link to="/edit/$slug/review" params={{ slug }} className={styles.waiting}>
      <ListChecks size={16} strokeWidth={1.7} aria-hidden />
      {text("editing.waitingCount", { count })}
    </Link>
  ) : null;
}

const LONG = 360;

function Summary({ words, language }: { words: string; language: string | null }) {
  const text = useText();
  const [open, setOpen] = useState(words.length <= LONG);
  return (
    <div className={styles.summary}>
      <p {...inLanguage(language)} data-cut={!open || undefined}>
        {words}
      </p>
      {words.length > LONG ? (
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {text(open ? "series.less" : "series.whole")}
        </button>
      ) : null}
    </div>
  );
}

/** Who made it and under which licence, grouped by what they did. */
function Credits({ series }: { series: SeriesDetail }) {
  const text = useText();
  const { language } = useLanguage();
  const roles = new Map<string, Credit[]>();
  for (const credit of series.credits) {
    const role = nameOfRole(credit.role, text);
    roles.set(role, [...(roles.get(role) ?? []), credit]);
  }
  const and = new Intl.ListFormat(language, { type: "conjunction" });
  if (!roles.size && !series.license && !series.attribution) return null;
  return (
    <dl className={styles.credits}>
      {[...roles].slice(0, 8).map(([role, people]) => (
        <div key={role}>
          <dt>{role}</dt>
          <dd>
            {and.formatToParts(people.map(({ name }) => name)).map((part, index) => {
              const link = part.type === "element" ? people.find(({ name }) => name === part.value)?.url : null;
              return link && /^https?:/.test(link) ? (
                <a key={index} href={link} rel="noreferrer" target="_blank">
                  {part.value}
                  <ExternalLink size={12} strokeWidth={1.7} aria-label={text("common.elsewhere")} />
                </a>
              ) : (
                <span key={index}>{part.value}</span>
              );
            })}
          </dd>
        </div>
      ))}
      {series.license ? (
        <div>
          <dt>{text("field.license")}</dt>
          <dd>
            <License name={series.license} />
          </dd>
        </div>
      ) : null}
      {series.attribution ? (
        <div className={styles.attribution}>
          <dt>{text("field.attribution")}</dt>
          <dd>{series.attribution}</dd>
        </div>
      ) : null}
    </dl>
  );
}

/** The licence's name, leading to its own page where it is one of Creative Commons'. */
function License({ name }: { name: string }) {
  const text = useText();
  const address = licenseAddress(name);
  if (!address) return <>{name}</>;
  return (
    <a href={address} rel="license noreferrer" target="_blank">
      {name}
      <ExternalLink size={12} strokeWidth={1.7} aria-label={text("common.elsewhere")} />
    </a>
  );
}


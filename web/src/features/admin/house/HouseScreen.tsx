import { useQuery } from "@tanstack/react-query";

import { houseQuery } from "~/api/admin";
import type { HouseStatus } from "~/api/types";
import { readableBytes } from "~/lib/bytes";
import { useLanguage, useText } from "~/lib/language";
import { Ago } from "~/ui/Ago";
import { Bar } from "~/ui/Bar";
import { Copyable } from "~/ui/Copyable";
import { Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import styles from "../admin.module.css";

/** What is worth a look when it is not nought. */
const TROUBLE = new Set(["pages_unreadable", "pages_not_looked_at", "files_unreadable", "files_missing"]);
const NEARLY_FULL = 4;

/** What Fumetto has, what works, and the room it takes. */
export function HouseScreen() {
  const text = useText();
  const house = useQuery(houseQuery);
  if (house.isError && !house.data) return <Failure error={house.error} retry={() => void house.refetch()} />;
  return (
    <>
      <p className={styles.help}>{text("admin.house.help")}</p>
      {house.data ? (
        <div className={styles.sheets}>
          <Parts house={house.data} />
          <Counts house={house.data} />
          <Room house={house.data} />
          <Backups house={house.data} />
        </div>
      ) : (
        <div className={styles.sheets}>
          {[210, 420, 380, 160].map((height) => (
            <Skeleton key={height} height={height} round={14} />
          ))}
        </div>
      )}
    </>
  );
}

function Parts({ house }: { house: HouseStatus }) {
  const text = useText();
  const why = (code: string) => text(["none_running", "timeout"].includes(code) ? `admin.house.parts.${code}` : "admin.house.parts.other", { code });
  return (
    <section className={styles.sheet} aria-labelledby="house-parts">
      <h2 id="house-parts">{text("admin.house.parts.title")}</h2>
      <dl className={styles.rows}>
        {Object.entries(house.parts).map(([name, part]) => (
          <div key={name}>
            <dt>{text(`admin.house.parts.${name}`)}</dt>
            <dd className={part.ok ? styles.good : styles.bad}>
              {part.ok && part.count !== null ? text("admin.house.parts.count", { count: part.count }) : text(part.ok ? "admin.house.parts.ok" : "admin.house.parts.broken")}
            </dd>
            {part.ok || !part.code ? null : <dd className={styles.alone}>{why(part.code)}</dd>}
          </div>
        ))}
      </dl>
      <p>
        {text("admin.house.since", { version: house.version })} <Ago moment={house.started_at} />
      </p>
    </section>
  );
}

function Counts({ house }: { house: HouseStatus }) {
  const text = useText();
  const { language } = useLanguage();
  return (
    <section className={styles.sheet} aria-labelledby="house-counts">
      <h2 id="house-counts">{text("admin.house.counts.title")}</h2>
      <dl className={styles.rows}>
        {Object.entries(house.counts).map(([name, count]) => (
          <div key={name}>
            <dt>{text(`admin.house.counts.${name}`)}</dt>
            <dd className={TROUBLE.has(name) && count > 0 ? styles.some : undefined}>{count.toLocaleString(language)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Room({ house }: { house: HouseStatus }) {
  const text = useText();
  const { language } = useLanguage();
  const size = (bytes: number) => readableBytes(bytes, language);
  const { total, free, reserve } = house.disk;
  const told = { free: size(free), total: size(total), reserve: size(reserve) };
  return (
    <section className={styles.sheet} aria-labelledby="house-room">
      <h2 id="house-room">{text("admin.house.room.title")}</h2>
      <Bar value={total ? 1 - free / total : null} label={text("admin.house.room.title")} />
      <p className={free < reserve * NEARLY_FULL ? styles.bad : undefined}>{text(free < reserve * NEARLY_FULL ? "admin.house.room.short" : "admin.house.room.free", told)}</p>
      <dl className={styles.rows}>
        <div>
          <dt>{text("admin.house.room.database")}</dt>
          <dd>{size(house.database_bytes)}</dd>
        </div>
        <div>
          <dt>{text("admin.house.room.storage", { place: house.storage })}</dt>
        </div>
      </dl>
      <h3>{text("admin.house.room.table")}</h3>
      <dl className={styles.rows}>
        {house.tables.map((table) => (
          <div key={table.name}>
            <dt className={styles.code}>{table.name}</dt>
            <dd>
              {size(table.bytes)} · {text("admin.house.room.rows", { count: table.rows })}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Backups({ house }: { house: HouseStatus }) {
  const text = useText();
  const { language } = useLanguage();
  return (
    <section className={styles.sheet} aria-labelledby="house-backups">
      <h2 id="house-backups">{text("admin.house.backups.title")}</h2>
      {house.backups.length ? (
        <dl className={styles.rows}>
          {house.backups.map((backup) => (
            <div key={backup.name}>
              <dt className={styles.code}>{backup.name}</dt>
              <dd>
                {readableBytes(backup.bytes, language)} · <Ago moment={backup.made_at} />
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <p>{text("admin.house.backups.none")}</p>
      )}
      <Copyable value={text("admin.house.backups.command")} label={text("admin.house.backups.title")} />
    </section>
  );
}

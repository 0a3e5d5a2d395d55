import { useInfiniteQuery, useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useState } from "react";

import { sessionQuery } from "~/api/session";
import { deleteTalk, helperQuery, pictureUrl, startTalk, talksQuery, type Helper, type Talk } from "~/api/support";
import { useText } from "~/lib/language";
import { AskDialog } from "~/ui/AskDialog";
import { Button, IconButton } from "~/ui/Button";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";
import { useTitle } from "~/ui/useTitle";

import { People } from "./People";
import { Signals } from "./Signals";
import { TalkView } from "./TalkView";
import styles from "./support.module.css";

/** The helper: a monster to talk with, and people to turn to, whether or not somebody talks. */
export function SupportScreen() {
  const text = useText();
  const session = useSuspenseQuery(sessionQuery).data;
  const { talk } = useSearch({ from: "/inside/shell/helper" });
  const helper = useQuery(helperQuery);
  useTitle(text("helper.room"));
  if (helper.isError) return <Failure error={helper.error} retry={() => void helper.refetch()} />;
  if (!helper.data) return <Skeleton height={320} />;
  if (talk !== undefined) return <TalkView key={talk} id={talk} helper={helper.data} />;
  return (
    <div className={styles.screen}>
      <h1 className={styles.title}>{text("helper.title")}</h1>
      <p className={styles.lead}>{text("helper.lead")}</p>
      <Monsters helper={helper.data} />
      <p className={styles.disclosure}>{helper.data.disclosure.at(-1)}</p>
      <p className={styles.small}>{text("helper.who_sees", { guardians: helper.data.guardians.join(", ") || "none" })}</p>
      <div className={styles.columns}>
        <People helper={helper.data} />
        <div className={styles.stack}>
          <Earlier />
          {session.user ? <Signals guarded={helper.data.guardians.length > 0} /> : null}
        </div>
      </div>
    </div>
  );
}

function Monsters({ helper }: { helper: Helper }) {
  const text = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const start = useMutation({
    mutationFn: startTalk,
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ["helper", "talks"] });
      void navigate({ to: "/helper", search: { talk: made.id } });
    },
  });
  return (
    <>
      <ul className={styles.monsters}>
        {helper.monsters.map((monster) => (
          <li key={monster.name}>
            <button type="button" className={styles.monster} disabled={!helper.talking || start.isPending} onClick={() => start.mutate(monster.name)}>
              <img src={pictureUrl(monster.picture)} alt="" width={132} height={132} />
              <strong>{monster.title}</strong>
              <span>{monster.manner}</span>
              <em>{text("helper.choose", { name: monster.title })}</em>
            </button>
          </li>
        ))}
      </ul>
      {helper.talking ? null : (
        <p className={styles.notice} role="note">
          {text("helper.no_consent", { who: helper.variant })} <Link to="/settings">{text("helper.ask_consent")}</Link>
        </p>
      )}
      {start.isError ? (
        <p role="alert" className={styles.error}>
          {explain(start.error, text)}
        </p>
      ) : null}
    </>
  );
}

/** Conversations that there were. */
function Earlier() {
  const text = useText();
  const queries = useQueryClient();
  const talks = useInfiniteQuery(talksQuery);
  const items = talks.data?.pages.flatMap((page) => page.items) ?? [];
  const [going, setGoing] = useState<Talk | null>(null);
  const remove = useMutation({
    mutationFn: deleteTalk,
    onSuccess: () => {
      setGoing(null);
      return queries.invalidateQueries({ queryKey: ["helper"] });
    },
  });
  if (!items.length) return null;
  return (
    <section className={styles.card}>
      <h2>{text("helper.earlier")}</h2>
      <ul className={styles.rows}>
        {items.map((talk) => (
          <li key={talk.id}>
            <img src={pictureUrl(talk.monster.picture)} alt={talk.monster.title} width={34} height={34} />
            <Link to="/helper" search={{ talk: talk.id }}>
              {talk.title || text("helper.untitled")}
            </Link>
            <IconButton icon={Trash2} label={text("helper.delete")} size={16} onClick={() => setGoing(talk)} />
          </li>
        ))}
      </ul>
      {talks.hasNextPage ? (
        <Button small busy={talks.isFetchingNextPage} onClick={() => void talks.fetchNextPage()}>
          {text("helper.more")}
        </Button>
      ) : null}
      {going ? (
        <AskDialog
          title={text("helper.delete_title")}
          action={text("helper.delete")}
          tone="danger"
          busy={remove.isPending}
          error={remove.error}
          onAct={() => remove.mutate(going.id)}
          onClose={() => setGoing(null)}
        >
          <p>{text("helper.delete_words")}</p>
        </AskDialog>
      ) : null}
    </section>
  );
}

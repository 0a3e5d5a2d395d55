import { TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState, type ReactNode } from "react";

import { collectionsQuery, makeCollection, makeReadingList, readingListsQuery } from "~/api/lists";
import type { Cover as CoverImage } from "~/api/types";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { AskDialog } from "~/ui/AskDialog";
import { Button } from "~/ui/Button";
import { explain, Failure } from "~/ui/Failure";
import { Picture } from "~/ui/Picture";
import { Skeleton } from "~/ui/Skeleton";
import { useTitle } from "~/ui/useTitle";

import styles from "./ListsScreen.module.css";

export function ListsScreen() {
  const text = useText();
  const collections = useQuery(collectionsQuery);
  const lists = useQuery(readingListsQuery);
  const [making, setMaking] = useState<"collection" | "list" | null>(null);
  useTitle(text("rooms.lists"));
  return (
    <>
      <h1 className={styles.title}>{text("rooms.lists")}</h1>
      <Section
        id="collections"
        title={text("lists.collections")}
        help={text("lists.collectionsHelp")}
        action={text("addTo.newCollection")}
        onMake={() => setMaking("collection")}
      >
        {collections.isError ? (
          <Failure error={collections.error} retry={() => void collections.refetch()} />
        ) : !collections.data ? (
          <Waiting />
        ) : collections.data.items.length ? (
          <ul className={styles.cards}>
            {collections.data.items.map((one) => (
              <li key={one.id}>
                <Link to="/collections/$id" params={{ id: one.id }} className={styles.card}>
                  <Fan covers={one.covers} />
                  <strong>{one.name}</strong>
                  <span>{text("lists.series", { count: one.series_count })}</span>
                </Link>
              </li>
            ))}
          </ul>
        ) : (
          <p className={styles.none}>{text("lists.noCollections")}</p>
        )}
      </Section>
      <Section
        id="reading-lists"
        title={text("lists.readingLists")}
        help={text("lists.readingListsHelp")}
        action={text("addTo.newList")}
        onMake={() => setMaking("list")}
      >
        {lists.isError ? (
          <Failure error={lists.error} retry={() => void lists.refetch()} />
        ) : !lists.data ? (
          <Waiting />
        ) : lists.data.items.length ? (
          <ul className={styles.cards}>
            {lists.data.items.map((one) => (
              <li key={one.id}>
                <Link to="/reading-lists/$id" params={{ id: one.id }} className={styles.card}>
                  <Fan covers={one.covers} />
                  <strong>{one.name}</strong>
                  <span>{text("lists.episodes", { count: one.episode_count })}</span>
                </Link>
              </li>
            ))}
          </ul>
        ) : (
          <p className={styles.none}>{text("lists.noLists")}</p>
        )}
      </Section>
      {making ? <MakeDialog what={making} onClose={() => setMaking(null)} /> : null}
    </>
  );
}

interface SectionProps {
  id: string;
  title: string;
  help: string;
  action: string;
  onMake: () => void;
  children: ReactNode;
}

function Section({ id, title, help, action, onMake, children }: SectionProps) {
  return (
    <section aria-labelledby={id} className={styles.section}>
      <div className={styles.head}>
        <div>
          <h2 id={id}>{title}</h2>
          <p>{help}</p>
        </div>
        <Button icon={Plus} onClick={onMake}>
          {action}
        </Button>
      </div>
      {children}
    </section>
  );
}

/** The first covers, like books leaning on each other. */
function Fan({ covers }: { covers: CoverImage[] }) {
  return (
    <span className={styles.fan}>
      {covers.slice(0, 4).map((cover) => (
        <span key={cover.page_id}>
          <Picture url={cover.url} alt="" blurhash={cover.blurhash} color={cover.dominant_color} focus="50% 25%" />
        </span>
      ))}
    </span>
  );
}

function Waiting() {
  return (
    <div className={styles.cards}>
      {[0, 1, 2].map((index) => (
        <Skeleton key={index} height={226} round={14} />
      ))}
    </div>
  );
}

function MakeDialog({ what, onClose }: { what: "collection" | "list"; onClose: () => void }) {
  const text = useText();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const making = useMutation({
    mutationFn: async () => (what === "collection" ? makeCollection(name.trim()) : makeReadingList(name.trim())),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: [what === "collection" ? "collections" : "reading-lists"] });
      await navigate(what === "collection" ? { to: "/collections/$id", params: { id } } : { to: "/reading-lists/$id", params: { id } });
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  return (
    <AskDialog
      title={text(what === "collection" ? "addTo.newCollection" : "addTo.newList")}
      action={text("addTo.make")}
      disabled={!name.trim()}
      busy={making.isPending}
      onAct={() => making.mutate()}
      onClose={onClose}
    >
      <TextInput data-autofocus label={text("field.name")} value={name} maxLength={200} onChange={(event) => setName(event.currentTarget.value)} />
    </AskDialog>
  );
}

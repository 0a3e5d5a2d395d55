import { Menu, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Download, Ellipsis, FileText, Pencil, Search, Trash2 } from "lucide-react";
import { useRef, useState } from "react";

import { conversationsQuery, deleteConversation, exportUrl, renameConversation, type Conversation } from "~/api/companion";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Ago } from "~/ui/Ago";
import { AskDialog } from "~/ui/AskDialog";
import { Button, IconButton } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import styles from "./companion.module.css";

interface Props {
  seriesId: string;
  /** The session at whose page they are told: another device may be elsewhere. */
  sessionId: string | null;
  chosen: string | null;
  onChoose: (id: string) => void;
  /** The one that is open was deleted. */
  onGone: () => void;
}

/** Earlier conversations about a series, as far as they may be told where the reader is. */
export function History({ seriesId, sessionId, chosen, onChoose, onGone }: Props) {
  const text = useText();
  const [words, setWords] = useState("");
  const [q] = useDebouncedValue(words.trim(), 250);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(conversationsQuery(seriesId, sessionId, q));
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  const folded = data?.pages[0]?.folded ?? 0;
  return (
    <div className={styles.list}>
      <TextInput
        type="search"
        aria-label={text("companion.history.search")}
        placeholder={text("companion.history.search")}
        leftSection={<Search size={16} strokeWidth={1.7} aria-hidden />}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      {error && !data ? <Failure error={error} retry={() => void refetch()} /> : null}
      {!data && !error ? <Skeleton height={58} round={12} /> : null}
      {data && !items.length && (q || !folded) ? <p className={styles.quiet}>{text(q ? "companion.history.notFound" : "companion.history.none", { words: q })}</p> : null}
      <ul aria-label={text("companion.history")}>
        {items.map((item) => (
          <Row key={item.id} item={item} chosen={item.id === chosen} onChoose={() => onChoose(item.id)} onGone={item.id === chosen ? onGone : () => undefined} />
        ))}
      </ul>
      {folded ? <p className={styles.quiet}>{text("companion.history.folded", { count: folded })}</p> : null}
      {hasNextPage ? (
        <Button small busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {text("companion.history.more")}
        </Button>
      ) : null}
    </div>
  );
}

function Row({ item, chosen, onChoose, onGone }: { item: Conversation; chosen: boolean; onChoose: () => void; onGone: () => void }) {
  const text = useText();
  const queries = useQueryClient();
  const [asking, setAsking] = useState<"rename" | "delete" | null>(null);
  const [draft, setDraft] = useState("");
  const name = item.title || text("companion.history.untitled");
  const menu = useRef<HTMLButtonElement>(null);
  /** The keyboard goes back to where it was: the choice that opened the dialog is gone. */
  const close = () => {
    setAsking(null);
    afterwards(() => menu.current);
  };
  const done = async () => {
    close();
    await Promise.all([["companion", "conversations"], ["companion", "session"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
  const renaming = useMutation({ mutationFn: (title: string) => renameConversation(item.id, title), onSuccess: done });
  const deleting = useMutation({
    mutationFn: () => deleteConversation(item.id),
    onSuccess: async () => {
      const list = menu.current?.closest("div");
      notify(text("companion.history.deleted", { title: name }));
      onGone();
      await done();
      afterwards(() => list?.querySelector<HTMLElement>("li button, input") ?? null);
    },
  });
  return (
    <li className={styles.row} data-chosen={chosen || undefined}>
      <button type="button" className={styles.rowMain} aria-current={chosen || undefined} onClick={onChoose}>
        <span dir="auto">{name}</span>
        <span className={styles.rowMeta}>
          {text("companion.history.messages", { count: item.message_count })} · <Ago moment={item.updated_at} />
        </span>
      </button>
      <Menu>
        <Menu.Target>
          <IconButton ref={menu} icon={Ellipsis} label={text("companion.history.menu", { title: name })} />
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<Pencil size={16} strokeWidth={1.7} aria-hidden />}
            onClick={() => {
              setDraft(item.title);
              setAsking("rename");
            }}
          >
            {text("companion.history.rename")}
          </Menu.Item>
          <Menu.Item component="a" href={exportUrl(item.id, "markdown")} download leftSection={<FileText size={16} strokeWidth={1.7} aria-hidden />}>
            {text("companion.history.export.markdown")}
          </Menu.Item>
          <Menu.Item component="a" href={exportUrl(item.id, "json")} download leftSection={<Download size={16} strokeWidth={1.7} aria-hidden />}>
            {text("companion.history.export.json")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<Trash2 size={16} strokeWidth={1.7} aria-hidden />} onClick={() => setAsking("delete")}>
            {text("companion.history.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking === "rename" ? (
        <AskDialog title={text("companion.history.rename")} action={text("common.save")} busy={renaming.isPending} error={renaming.error} onAct={() => renaming.mutate(draft.trim())} onClose={close}>
          <TextInput label={text("companion.history.title")} description={text("companion.history.title.help")} maxLength={512} value={draft} onChange={(event) => setDraft(event.target.value)} data-autofocus />
        </AskDialog>
      ) : null}
      {asking === "delete" ? (
        <AskDialog
          title={text("companion.history.delete.title")}
          action={text("companion.history.delete")}
          tone="danger"
          busy={deleting.isPending}
          error={deleting.error}
          onAct={() => deleting.mutate()}
          onClose={close}
        >
          <p>{text("companion.history.delete.detail", { title: name })}</p>
        </AskDialog>
      ) : null}
    </li>
  );
}

/** Gives the keyboard to what is there once a dialog has gone. */
function afterwards(find: () => HTMLElement | null): void {
  requestAnimationFrame(() => requestAnimationFrame(() => find()?.focus({ preventScroll: true })));
}

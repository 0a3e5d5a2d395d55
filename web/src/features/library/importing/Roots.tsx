import { Menu, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, Folder, FolderPlus, FolderX, RefreshCw, Trash2 } from "lucide-react";
import { useState } from "react";

import { activitiesQuery, addRoot, removeRoot, rootsQuery, scanRoot } from "~/api/importing";
import type { Root } from "~/api/types";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Ago } from "~/ui/Ago";
import { AskDialog } from "~/ui/AskDialog";
import { Button, IconButton } from "~/ui/Button";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";
import sheet from "~/ui/sheet.module.css";

import styles from "./Roots.module.css";

/** Folders on the server that are read where they lie. */
export function Roots() {
  const text = useText();
  const roots = useQuery(rootsQuery);
  const [adding, setAdding] = useState(false);
  return (
    <section aria-labelledby="roots" className={styles.section}>
      <div className={styles.head}>
        <div>
          <h2 id="roots">{text("import.roots")}</h2>
          <p>{text("import.rootsHelp")}</p>
        </div>
        <Button icon={FolderPlus} onClick={() => setAdding(true)}>
          {text("import.addRoot")}
        </Button>
      </div>
      {roots.isError ? (
        <Failure error={roots.error} retry={() => void roots.refetch()} />
      ) : !roots.data ? (
        <Skeleton height={64} />
      ) : roots.data.items.length ? (
        <ul className={sheet.list}>
          {roots.data.items.map((root) => (
            <RootRow key={root.id} root={root} />
          ))}
        </ul>
      ) : (
        <p className={styles.none}>{text("import.noRoots")}</p>
      )}
      {adding ? <AddRoot onClose={() => setAdding(false)} /> : null}
    </section>
  );
}

function RootRow({ root }: { root: Root }) {
  const text = useText();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const onError = (error: unknown) => notify(explain(error, text), { tone: "problem" });
  const scanning = useMutation({
    mutationFn: () => scanRoot(root.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: activitiesQuery.queryKey }),
    onError,
  });
  const removing = useMutation({
    mutationFn: () => removeRoot(root.id),
    onSuccess: async () => {
      setAsking(false);
      notify(text("import.rootRemoved", { path: root.path }));
      await Promise.all([queries.invalidateQueries({ queryKey: rootsQuery.queryKey }), queries.invalidateQueries({ queryKey: ["series"] })]);
    },
    onError,
  });
  const away = root.state !== "available";
  const when = root.last_scanned_at;
  return (
    <li className={`${sheet.item} ${styles.root}`} data-away={away || undefined}>
      {away ? <FolderX size={20} strokeWidth={1.7} aria-hidden /> : <Folder size={20} strokeWidth={1.7} aria-hidden />}
      <div className={sheet.words}>
        <strong>{root.managed ? text("import.managed") : root.path}</strong>
        <span>
          {[text("shelf.episodes", { count: root.episode_count }), root.series_title ? text("import.asSeries", { title: root.series_title }) : null]
            .filter(Boolean)
            .join(" · ")}
          {when ? (
            <>
              {" · "}
              {text("import.scanned")} <Ago moment={when} />
            </>
          ) : null}
        </span>
        {away ? <span className={styles.warning}>{text("import.unmounted")}</span> : root.notice ? <span className={styles.warning}>{root.notice.message}</span> : null}
      </div>
      <Button small icon={RefreshCw} busy={scanning.isPending} aria-label={text("import.scanNamed", { path: root.path })} onClick={() => scanning.mutate()}>
        {text(away ? "import.look" : "import.scan")}
      </Button>
      <Menu>
        <Menu.Target>
          <IconButton icon={Ellipsis} label={text("import.rootMenu", { path: root.path })} />
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Trash2 size={16} strokeWidth={1.7} aria-hidden />} onClick={() => setAsking(true)}>
            {text("import.removeRoot")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking ? (
        <AskDialog
          title={text("import.removeTitle")}
          action={text("import.removeRoot")}
          tone="danger"
          busy={removing.isPending}
          onAct={() => removing.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>{text("import.removeHelp", { path: root.path })}</p>
        </AskDialog>
      ) : null}
    </li>
  );
}

function AddRoot({ onClose }: { onClose: () => void }) {
  const text = useText();
  const queries = useQueryClient();
  const [path, setPath] = useState("");
  const [series, setSeries] = useState("");
  const adding = useMutation({
    mutationFn: () => addRoot(path.trim(), series.trim() || null),
    onSuccess: async () => {
      onClose();
      notify(text("import.rootAdded"));
      await Promise.all([rootsQuery, activitiesQuery].map(({ queryKey }) => queries.invalidateQueries({ queryKey })));
    },
  });
  return (
    <AskDialog
      title={text("import.addRoot")}
      action={text("import.addRoot")}
      disabled={!path.trim()}
      busy={adding.isPending}
      onAct={() => adding.mutate()}
      onClose={onClose}
    >
      <TextInput
        data-autofocus
        label={text("import.path")}
        description={text("import.pathHelp")}
        placeholder="/srv/comics"
        value={path}
        error={adding.error ? explain(adding.error, text) : null}
        onChange={(event) => setPath(event.currentTarget.value)}
      />
      <TextInput
        label={text("import.series")}
        description={text("import.seriesHelp")}
        value={series}
        maxLength={512}
        onChange={(event) => setSeries(event.currentTarget.value)}
      />
    </AskDialog>
  );
}

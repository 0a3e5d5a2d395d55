import { Menu, Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Download, Eye, FileUp, FolderOutput } from "lucide-react";
import { useRef, useState } from "react";

import { Problem } from "~/api/http";
import { takeOverTexts, textFileUrl } from "~/api/words";
import { isPseudo, LANGUAGES, useLanguage, useText, type Language } from "~/lib/language";
import { notify } from "~/lib/notices";
import { PSEUDO } from "~/lib/pseudo";
import { renewWords } from "~/lib/words";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import styles from "./Words.module.css";

/** Texts as files for translators, and the languages that show what was forgotten. */
export function Files({ language }: { language: string }) {
  const text = useText();
  const { language: spoken, choose } = useLanguage();
  const picker = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<{ name: string; yaml: string } | null>(null);
  const sign = { size: 16, strokeWidth: 1.7, "aria-hidden": true };
  const speak = (tag: Language) => void choose(tag).catch((error: unknown) => notify(explain(error, text), { tone: "problem" }));
  return (
    <>
      <Menu width={280}>
        <Menu.Target>
          <Button small icon={FolderOutput}>
            {text("admin.words.files")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component="a" href={textFileUrl(language, false)} download leftSection={<Download {...sign} />}>
            {text("admin.words.export")}
          </Menu.Item>
          <Menu.Item component="a" href={textFileUrl(language, true)} download leftSection={<Download {...sign} />}>
            {text("admin.words.exportAll")}
          </Menu.Item>
          <Menu.Item leftSection={<FileUp {...sign} />} onClick={() => picker.current?.click()}>
            {text("admin.words.import")}
          </Menu.Item>
          <Menu.Label>{text("admin.words.lookIn")}</Menu.Label>
          {isPseudo(spoken) ? (
            <Menu.Item leftSection={<Eye {...sign} />} onClick={() => speak("en")}>
              {LANGUAGES.en}
            </Menu.Item>
          ) : null}
          {Object.entries(PSEUDO).map(([tag, name]) => (
            <Menu.Item key={tag} leftSection={<Eye {...sign} />} disabled={tag === spoken} onClick={() => speak(tag as Language)}>
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <input
        ref={picker}
        type="file"
        accept=".yaml,.yml"
        hidden
        aria-label={text("admin.words.import")}
        onChange={(event) => {
          const chosen = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (chosen) void chosen.text().then((yaml) => setFile({ name: chosen.name, yaml }));
        }}
      />
      {file ? <Importing key={file.name} name={file.name} yaml={file.yaml} onClose={() => setFile(null)} /> : null}
    </>
  );
}

interface Refused {
  language: string;
  key: string;
  message: string;
}

/** Says what a file would change before it does. */
function Importing({ name, yaml, onClose }: { name: string; yaml: string; onClose: () => void }) {
  const text = useText();
  const queries = useQueryClient();
  const checking = useMutation({ mutationFn: () => takeOverTexts(yaml, true) });
  const taking = useMutation({
    mutationFn: () => takeOverTexts(yaml, false),
    onSuccess: async (taken) => {
      renewWords();
      await queries.invalidateQueries({ queryKey: ["admin"] });
      notify(text("admin.words.imported", { ...taken }));
      onClose();
    },
  });
  const started = useRef(false);
  const begin = (node: HTMLElement | null) => {
    if (!node || started.current) return;
    started.current = true;
    checking.mutate();
  };
  const error = checking.error ?? taking.error;
  const refused = error instanceof Problem && Array.isArray(error.values.problems) ? (error.values.problems as Refused[]) : [];
  return (
    <Modal opened onClose={onClose} title={text("admin.words.importOf", { name })} closeButtonProps={{ "aria-label": text("common.close") }}>
      <div ref={begin} className={styles.form}>
        {error ? (
          <div role="alert" className={styles.problems}>
            <p>{explain(error, text)}</p>
            <ul>
              {refused.map((one) => (
                <li key={`${one.language} ${one.key} ${one.message}`}>
                  <code>{one.key}</code> ({one.language}): {one.message}
                </li>
              ))}
            </ul>
          </div>
        ) : (
          <p role="status">{checking.data ? text("admin.words.wouldChange", { ...checking.data }) : text("admin.words.checking")}</p>
        )}
        <div className={styles.buttons}>
          <Button tone="bare" onClick={onClose}>
            {text("common.cancel")}
          </Button>
          <Button tone="ink" busy={taking.isPending} disabled={!checking.data || checking.data.written + checking.data.removed === 0} onClick={() => taking.mutate()}>
            {text("admin.words.takeOver")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

import { TextInput } from "@mantine/core";
import { FileUp, FolderUp } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { useText } from "~/lib/language";
import { Button } from "~/ui/Button";

import styles from "./DropField.module.css";
import { filesOfDrop, filesOfInput, type Picked } from "./dropped";

const KINDS = ".cbz,.cbr,.cb7,.cbt,.zip,.rar,.7z,.tar,.pdf,.epub,image/*";

/** Where comics are dropped; the whole window takes them while this is shown. */
export function DropField({ onFiles }: { onFiles: (picked: Picked[], seriesTitle: string) => void }) {
  const text = useText();
  const [over, setOver] = useState(false);
  const [series, setSeries] = useState("");
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);

  useEffect(() => {
    // Entering a child leaves its parent, so the entered ones are counted.
    let depth = 0;
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const enter = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      depth += 1;
      setOver(true);
    };
    const leave = () => {
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const hover = (event: DragEvent) => {
      if (holdsFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer || !holdsFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      void filesOfDrop(event.dataTransfer).then((picked) => onFiles(picked, series.trim()));
    };
    const all = { dragenter: enter, dragleave: leave, dragover: hover, drop } as const;
    for (const [name, listener] of Object.entries(all)) window.addEventListener(name as keyof typeof all, listener);
    return () => {
      for (const [name, listener] of Object.entries(all)) window.removeEventListener(name as keyof typeof all, listener);
    };
  }, [onFiles, series]);

  return (
    <section className={styles.field} data-over={over || undefined} aria-label={text("import.drop")}>
      <span className={styles.sign}>
        <FileUp size={26} strokeWidth={1.7} aria-hidden />
      </span>
      <strong>{text(over ? "import.letGo" : "import.drop")}</strong>
      <p>{text("import.kinds")}</p>
      <div className={styles.buttons}>
        <Button icon={FileUp} onClick={() => files.current?.click()}>
          {text("import.chooseFiles")}
        </Button>
        <Button icon={FolderUp} onClick={() => folder.current?.click()}>
          {text("import.chooseFolder")}
        </Button>
      </div>
      <TextInput
        className={styles.series ?? ""}
        label={text("import.series")}
        description={text("import.seriesHelp")}
        value={series}
        maxLength={512}
        onChange={(event) => setSeries(event.currentTarget.value)}
      />
      <input
        ref={files}
        type="file"
        multiple
        hidden
        accept={KINDS}
        aria-label={text("import.chooseFiles")}
        onChange={(event) => {
          if (event.target.files) onFiles(filesOfInput(event.target.files), series.trim());
          event.target.value = "";
        }}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label={text("import.chooseFolder")}
        {...{ webkitdirectory: "" }}
        onChange={(event) => {
          if (event.target.files) onFiles(filesOfInput(event.target.files), series.trim());
          event.target.value = "";
        }}
      />
    </section>
  );
}

import { Modal } from "@mantine/core";

import { useText } from "~/lib/language";

import styles from "./reader.module.css";

const KEYS: [string[], string][] = [
  [["←", "→"], "turn"],
  [["Space", "Shift Space"], "onwards"],
  [["Home", "End"], "ends"],
  [["+", "−", "0"], "zoom"],
  [["L"], "language"],
  [["D"], "layout"],
  [["G"], "guided"],
  [["A"], "ask"],
  [["T"], "transcript"],
  [["P"], "people"],
  [["N"], "notes"],
  [["W"], "world"],
  [["B"], "words"],
  [["/"], "search"],
  [["F"], "fullscreen"],
  [["[", "]"], "episodes"],
  [["M"], "chrome"],
  [["Esc"], "leave"],
  [["?"], "sheet"],
];

export function ReaderKeys({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const text = useText();
  return (
    <Modal opened={opened} onClose={onClose} title={text("reader.keys")} closeButtonProps={{ "aria-label": text("reader.close") }}>
      <dl className={styles.keys}>
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>{text(`reader.key.${what}`)}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <p className={styles.hint}>{text("reader.keys.touch")}</p>
    </Modal>
  );
}

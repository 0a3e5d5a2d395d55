import { Modal } from "@mantine/core";
import { useDebouncedValue, useHotkeys } from "@mantine/hooks";
import { useEffect, useState } from "react";

import { useText } from "~/lib/language";
import { onOpenSearch } from "~/lib/palette";

import { PaletteBox } from "./PaletteBox";
import styles from "./palette.module.css";

/** The search over whatever is on the screen, on `/` and Ctrl or Cmd with K. */
export function Palette() {
  const text = useText();
  const [opened, setOpened] = useState(false);
  const [words, setWords] = useState("");
  const open = (first = "") => {
    setWords(first);
    setOpened(true);
    if (!first) keepWhatIsTyped((typed) => setWords((before) => before + typed));
  };
  useEffect(() => onOpenSearch(open), []);
  useHotkeys([["/", () => open()]]);
  // Also from within a field, where it types nothing.
  useHotkeys([["mod+K", () => open()]], []);
  const [asked] = useDebouncedValue(words.trim(), 160);
  const close = () => setOpened(false);
  return (
    <Modal.Root opened={opened} onClose={close} size={640} yOffset="12vh" classNames={{ content: styles.content }} transitionProps={{ duration: 120, transition: "fade" }}>
      <Modal.Overlay backgroundOpacity={0.45} color="#14110f" />
      <Modal.Content aria-label={text("search.title")}>
        <PaletteBox words={words} asked={asked} onWords={setWords} onClose={close} />
      </Modal.Content>
    </Modal.Root>
  );
}

/** How long the field may take to be there, in milliseconds; after that keys are the page's again. */
const SOON = 1000;

/** Whoever types at once after the key that opens the search types into it, although its field comes a moment later. */
function keepWhatIsTyped(onTyped: (typed: string) => void): void {
  const keep = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement && event.target.getAttribute("role") === "combobox") {
      stop();
      return;
    }
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    onTyped(event.key);
  };
  const stop = () => {
    window.removeEventListener("keydown", keep, true);
    document.removeEventListener("focusin", ended);
    clearTimeout(timer);
  };
  const ended = (event: FocusEvent) => {
    if (event.target instanceof HTMLInputElement) stop();
  };
  const timer = setTimeout(stop, SOON);
  window.addEventListener("keydown", keep, true);
  document.addEventListener("focusin", ended);
}

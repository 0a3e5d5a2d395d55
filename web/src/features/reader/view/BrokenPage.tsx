import { CloudOff, ImageOff, RotateCw } from "lucide-react";
import { useEffect, useState } from "react";

import { serverAnswers } from "~/api/http";
import type { PageItem } from "~/api/types";
import { useText } from "~/lib/language";
import { Button } from "~/ui/Button";
import { useReturn } from "~/ui/Failure";

import styles from "./reader.module.css";

interface Props {
  page: PageItem;
  /** What the page is called. */
  name: string;
  onAgain: () => void;
}

/** In place of a picture that cannot be shown, with the reason. When the server is away it comes by itself once that is back. */
export function BrokenPage({ page, name, onAgain }: Props) {
  const text = useText();
  const damaged = page.state === "failed";
  const [away, setAway] = useState<boolean | null>(damaged ? false : null);
  useEffect(() => {
    if (damaged) return undefined;
    let gone = false;
    void serverAnswers().then((answers) => {
      if (!gone) setAway(!answers);
    });
    return () => {
      gone = true;
    };
  }, [damaged]);
  useReturn(away ? onAgain : undefined);
  const title = text("reader.broken.title", { page: name });
  const Sign = away ? CloudOff : ImageOff;
  return (
    <div className={styles.broken} role="group" aria-label={title}>
      <Sign size={28} strokeWidth={1.7} aria-hidden />
      <strong>{away ? text("failure.unreachable.title") : title}</strong>
      <span>{away === null ? null : away ? text("failure.unreachable.detail") : (page.error?.message ?? text("reader.broken.detail"))}</span>
      {damaged ? null : (
        <Button small icon={RotateCw} className={styles.onDark} onClick={onAgain}>
          {text("reader.broken.again")}
        </Button>
      )}
    </div>
  );
}

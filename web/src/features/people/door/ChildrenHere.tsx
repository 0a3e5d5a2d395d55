import { useMutation } from "@tanstack/react-query";
import { ArrowLeft, Delete } from "lucide-react";
import { useEffect, useState } from "react";

import { signInChild } from "~/api/door";
import { Problem } from "~/api/http";
import type { ChildOnDevice, ChildSignIn, Session } from "~/api/types";
import { useText } from "~/lib/language";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import { ChildPicture } from "./ChildPicture";
import styles from "./door.module.css";

type PictureKey = ChildSignIn["picture"];

interface Props {
  items: ChildOnDevice[];
  pictures: PictureKey[];
  onEnter: (session: Session) => Promise<void>;
}

const SHORTEST = 4;
const LONGEST = 6;

/** On a device that a grown-up has paired: who are you, which is your picture, and your number. */
export function ChildrenHere({ items, pictures, onEnter }: Props) {
  const text = useText();
  const [child, setChild] = useState<ChildOnDevice | null>(null);
  const [picture, setPicture] = useState<PictureKey | null>(null);
  const [pin, setPin] = useState("");
  const signingIn = useMutation({
    mutationFn: signInChild,
    onSuccess: onEnter,
    onError: () => {
      setPin("");
      setPicture(null);
    },
  });
  const back = () => {
    if (picture) setPicture(null);
    else setChild(null);
    setPin("");
    signingIn.reset();
  };
  const ready = child && picture && pin.length >= SHORTEST;
  const enter = () => {
    if (ready) signingIn.mutate({ user_id: child.id, picture, pin });
  };
  const error = signingIn.error;
  const left = error instanceof Problem && typeof error.values.left === "number" ? error.values.left : null;

  if (!child) {
    return (
      <div className={styles.faces}>
        {items.map((one) => (
          <button key={one.id} type="button" className={styles.face} disabled={!one.ready} onClick={() => setChild(one)}>
            <span className={styles.initial} aria-hidden>
              {one.name.trim().charAt(0).toLocaleUpperCase()}
            </span>
            {one.name}
            {one.ready ? null : <span className={styles.note}>{text("door.children.notReady")}</span>}
          </button>
        ))}
      </div>
    );
  }
  return (
    <>
      <p>{text(picture ? "door.children.pin" : "door.children.picture", { name: child.name })}</p>
      {error ? (
        <p role="alert" className={styles.reason}>
          {left === null ? explain(error, text) : text("door.children.wrong", { left })}
        </p>
      ) : null}
      {picture ? (
        <Pin pin={pin} onPin={setPin} onEnter={enter} />
      ) : (
        <div className={styles.faces} role="group" aria-label={text("door.children.picture", { name: child.name })}>
          {pictures.map((key) => (
            <button key={key} type="button" className={styles.face} onClick={() => setPicture(key)}>
              <ChildPicture name={key} />
              {text(`door.pictures.${key}`)}
            </button>
          ))}
        </div>
      )}
      <div className={styles.buttons}>
        <Button icon={ArrowLeft} onClick={back}>
          {text("door.back")}
        </Button>
        {picture ? (
          <Button tone="accent" busy={signingIn.isPending} disabled={!ready} onClick={enter}>
            {text("door.children.enter")}
          </Button>
        ) : null}
      </div>
    </>
  );
}

function Pin({ pin, onPin, onEnter }: { pin: string; onPin: (pin: string) => void; onEnter: () => void }) {
  const text = useText();
  useEffect(() => {
    const typed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (/^\d$/.test(event.key) && pin.length < LONGEST) onPin(pin + event.key);
      else if (event.key === "Backspace") onPin(pin.slice(0, -1));
      else if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) onEnter();
    };
    window.addEventListener("keydown", typed);
    return () => window.removeEventListener("keydown", typed);
  }, [pin, onPin, onEnter]);
  return (
    <div className={styles.pin}>
      <div className={styles.dots} role="img" aria-label={text("door.children.typed", { count: pin.length })}>
        {Array.from({ length: Math.max(SHORTEST, pin.length) }, (_, index) => (
          <span key={index} data-on={index < pin.length || undefined} />
        ))}
      </div>
      <div className={styles.keys} role="group" aria-label={text("door.children.number")}>
        {["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((digit) => (
          <button key={digit} type="button" onClick={() => onPin((pin + digit).slice(0, LONGEST))}>
            {digit}
          </button>
        ))}
        <span />
        <button type="button" onClick={() => onPin(`${pin}0`.slice(0, LONGEST))}>
          0
        </button>
        <button type="button" aria-label={text("door.children.erase")} onClick={() => onPin(pin.slice(0, -1))}>
          <Delete size={22} strokeWidth={1.7} aria-hidden />
        </button>
      </div>
    </div>
  );
}

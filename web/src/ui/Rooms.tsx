import { createLink, useLocation } from "@tanstack/react-router";
import { useEffect, useRef, type AnchorHTMLAttributes, type ReactNode, type Ref } from "react";

import type { Icon } from "./Button";
import styles from "./Rooms.module.css";

interface Props {
  label: string;
  /** Changes with how long the names of the rooms are. */
  width?: unknown;
  children: ReactNode;
}

/** The rooms that a screen is divided into, side by side. */
export function Rooms({ label, width, children }: Props) {
  const rooms = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone the rooms do not fit side by side: the one that is open is brought into sight.
  useEffect(() => {
    rooms.current?.querySelector("[data-here]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [pathname, width]);
  return (
    <nav ref={rooms} className={styles.rooms} aria-label={label}>
      {children}
    </nav>
  );
}

type AnchorProps = AnchorHTMLAttributes<HTMLAnchorElement> & { icon: Icon; ref?: Ref<HTMLAnchorElement> };

function RoomAnchor({ icon: Sign, children, ...rest }: AnchorProps) {
  return (
    <a {...rest} className={styles.room}>
      <Sign size={17} strokeWidth={1.7} aria-hidden />
      {children}
    </a>
  );
}

/** The way to a room; `activeProps` say which one is open, as `HERE`. */
export const Room = createLink(RoomAnchor);

export const HERE = { "data-here": true } as const;

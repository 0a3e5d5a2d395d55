import { UserRound } from "lucide-react";
import { useState } from "react";

import type { RosterItem } from "~/api/editing";

import panes from "../shared/panes.module.css";
import { thumbnailOf } from "../shared/places";

import { filled } from "./filled";

/** Somebody's portrait, cut out of the page it is on: the one that was chosen, else the panel that stands for them. */
export function Face({ person }: { person: Pick<RosterItem, "portrait_page_id" | "portrait_box" | "face_page_id" | "face_box"> }) {
  const [failed, setFailed] = useState<string | null>(null);
  const [tall, setTall] = useState(1.4);
  const page = person.portrait_page_id ?? person.face_page_id;
  const box = (person.portrait_page_id === null ? person.face_box : person.portrait_box) ?? [0, 0, 1, 1];
  return (
    <span className={panes.portrait}>
      {page === null || failed === page ? (
        <UserRound size={19} strokeWidth={1.7} aria-hidden />
      ) : (
        <img
          src={thumbnailOf(page)}
          alt=""
          loading="lazy"
          style={filled(box, tall)}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => setTall(naturalHeight / naturalWidth)}
          onError={() => setFailed(page)}
        />
      )}
    </span>
  );
}

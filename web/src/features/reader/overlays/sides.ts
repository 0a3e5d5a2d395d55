import { FileText, NotebookPen, Users, Waypoints } from "lucide-react";
import { type ComponentType } from "react";

import type { EpisodeDetail, PageItem, PagePlace } from "~/api/types";
import { type Icon } from "~/ui/Button";

import { NotesTab } from "./NotesTab";
import { PeopleTab } from "./PeopleTab";
import { TranscriptTab } from "./TranscriptTab";
import { WorldTab } from "./WorldTab";
import type { Ring } from "./marks";

export type TabName = "transcript" | "people" | "notes" | "world";
/** What stands beside the page: what is known of it, in tabs, or the companion. */
export type SideName = TabName | "ask";

/** What a tab of the side panel is given: what lies open, and ways to point at it and to go elsewhere. */
export interface SideProps {
  episode: EpisodeDetail;
  /** The pages that are open, in reading order. */
  pages: readonly PageItem[];
  /** The language that is being read. */
  language: string | null;
  /** The panel that the guided view shows, from 0. */
  panel: number | null;
  signedIn: boolean;
  /** Rings something on an open page, softly while it is pointed at. */
  onPoint: (ring: Ring | null) => void;
  /** Rings something until the reader goes on. */
  onRing: (ring: Ring) => void;
  onPlace: (place: PagePlace) => void;
  /** Whom the world is to show; `at` is another number when it is asked for again. */
  sought: { id: string; at: number } | null;
  /** Shows somebody in the world. */
  onWorld: (entityId: string) => void;
  /** Leaves room for the page, where it is covered. */
  onAside: () => void;
}

interface Side {
  name: TabName;
  icon: Icon;
  /** The key that opens and closes it. */
  key: string;
  Content: ComponentType<SideProps>;
  /** It takes as much room as it can have, and fills it. */
  wide?: boolean;
}

/** The tabs of the panel beside the page, in order; `reader.side.<name>` is what each is called. */
export const SIDES: readonly Side[] = [
  { name: "transcript", icon: FileText, key: "t", Content: TranscriptTab },
  { name: "people", icon: Users, key: "p", Content: PeopleTab },
  { name: "notes", icon: NotebookPen, key: "n", Content: NotesTab },
  { name: "world", icon: Waypoints, key: "w", Content: WorldTab, wide: true },
];

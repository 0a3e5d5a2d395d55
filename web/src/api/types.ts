/** The shapes of the HTTP API, as generated from its description, under the names that the screens use. */

export type {
  ActivityItem as Activity,
  ActivityState,
  ApiKeyOut as ApiKey,
  BalloonItem as BalloonText,
  CollectionCard as Collection,
  CollectionDetail,
  ContinueItem,
  Cover,
  Credit,
  DeviceOut as Device,
  Direction,
  Edited,
  Edition,
  EpisodeCard,
  EpisodeDetail,
  EpisodeNeighbour as EpisodeLink,
  EpisodePatch as EpisodeChanges,
  EpisodeState,
  Fit,
  KeyScope,
  Layout,
  Mark,
  NewApiKeyOut as NewApiKey,
  NewUserOut as NewAccount,
  PageItem,
  PageKind,
  PageState,
  PageTexts,
  Preferences,
  ProblemItem as ImportProblem,
  Progress,
  ReadingListCard as ReadingList,
  ReadingListDetail,
  ReadState,
  Role,
  RootItem as Root,
  SameNumber,
  SeriesCard,
  SeriesDetail,
  SeriesOfEpisode as SeriesLink,
  SeriesPatch as SeriesChanges,
  SessionOut as Session,
  SessionUser as User,
  Turn,
  UserOut as Account,
} from "./generated";

export type { PanelItem as PagePanel, PassageKind, SearchHit, Transcript, TranscriptPanel } from "./generated";

/** Fractions of a page's width and height. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A page somewhere in the series. */
export interface PagePlace {
  episode_id: string;
  page_id: string;
  episode_number: string | null;
  page_number: number | null;
}

export interface CharacterChip {
  id: string;
  name: string;
  portrait: (Box & { page_id: string; url: string }) | null;
  presence?: "shown" | "speaks" | "mentioned" | null;
  first: PagePlace | null;
  next: PagePlace | null;
  previous: PagePlace | null;
}

export interface CharacterDetail extends CharacterChip {
  aliases: string[];
  entity_id: string | null;
  facts: { id: string; text: string; language?: string | null }[];
  appearances: PagePlace[];
}

/** What the makers said about a page. */
export interface Note {
  id: string;
  text: string;
  url: string | null;
  language: string | null;
}

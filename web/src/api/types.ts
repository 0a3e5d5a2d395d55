/** The shapes of the HTTP API: what each field holds is said by the server's own description of it. */

export type Role = "owner" | "editor" | "reader";
export type Direction = "ltr" | "rtl" | "vertical";
export type ReadState = "unread" | "reading" | "read";
export type PageKind = "cover" | "title" | "story" | "credits";
export type PageState = "pending" | "ready" | "failed";
export type EpisodeState = "indexed" | "ready" | "partial" | "failed";

export interface Listing<T> {
  items: T[];
  total: number;
  next_cursor: string | null;
}

export interface User {
  id: string;
  name: string;
  role: Role;
  language: string | null;
  /** What this person prefers not to see of episodes they have not begun. */
  hide_unread_titles?: boolean;
  hide_unread_covers?: boolean;
}

export interface Session {
  user: User | null;
  public_reading: boolean;
  version: string;
}

export interface Device {
  id: string;
  name: string;
  current: boolean;
  created_at: string;
  last_seen_at: string | null;
}

export type KeyScope = "read" | "read-progress" | "manage";

export interface ApiKey {
  id: string;
  name: string;
  prefix: string;
  scopes: KeyScope[];
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
}

export interface NewApiKey extends ApiKey {
  /** The key itself, told in this answer only. */
  token: string;
}

export interface Account {
  id: string;
  name: string;
  role: Role;
  language: string;
  is_active: boolean;
  created_at: string;
  last_seen_at: string | null;
}

export interface NewAccount extends Account {
  /** Signs this person in, once; told in this answer only. */
  sign_in_token: string;
}

export interface Cover {
  page_id: string;
  url: string;
  width: number | null;
  height: number | null;
  blurhash: string | null;
  dominant_color: string | null;
}

export interface Credit {
  role: string;
  name: string;
  url?: string | null;
}

export interface SeriesCard {
  id: string;
  slug: string;
  title: string;
  episode_count: number;
  languages: string[];
  direction: Direction;
  age_rating: string | null;
  tags: string[];
  cover: Cover | null;
  read_state: ReadState;
  unread_count: number;
  new_count: number;
  added_at: string;
  updated_at: string;
  last_read_at: string | null;
  missing: boolean;
}

export type Layout = "single" | "spread" | "strip";
export type Fit = "page" | "width" | "height" | "original";

export interface Preferences {
  layout: Layout | null;
  fit: Fit | null;
  direction: Direction | null;
  language: string | null;
  spread_offset: boolean;
}

export interface SeriesDetail extends SeriesCard {
  summary: string | null;
  publisher: string | null;
  year: number | null;
  language: string | null;
  credits: Credit[];
  license: string | null;
  attribution: string | null;
  sort_title: string;
  locked_fields: string[];
  preferences: Partial<Preferences> | null;
  missing_count: number;
}

export interface Progress {
  order_index: number;
  page_number: number | null;
  page_count: number;
  finished: boolean;
  fraction: number;
  device_name: string;
  updated_at: string;
}

export interface Edition {
  id: string;
  label: string;
  page_count: number;
  missing: boolean;
}

export interface EpisodeCard {
  id: string;
  slug: string;
  series_slug: string;
  number: string | null;
  title: string;
  titles: Record<string, string>;
  language: string | null;
  languages: string[];
  published_at: string | null;
  page_count: number;
  cover: Cover | null;
  progress: Progress | null;
  read_state: ReadState;
  state: EpisodeState;
  missing: boolean;
  editions: Edition[];
  plot_summary: string | null;
  credits_url: string | null;
  license: string | null;
  age_rating: string | null;
  new: boolean;
}

export interface PageItem {
  id: string;
  order_index: number;
  page_number: number | null;
  kind: PageKind;
  width: number;
  height: number;
  double: boolean;
  blurhash: string | null;
  dominant_color: string | null;
  state: PageState;
  error: { code: string; message: string } | null;
  languages: string[];
  seen: boolean;
  image_url: string;
  thumbnail_url: string;
  art_url: string | null;
}

export interface EpisodeLink {
  id: string;
  title: string;
  number: string | null;
}

export interface SeriesLink {
  id: string;
  slug: string;
  title: string;
  direction: Direction;
}

export interface EpisodeDetail extends EpisodeCard {
  series: SeriesLink;
  direction: Direction | null;
  pages: PageItem[];
  previous: EpisodeLink | null;
  next: EpisodeLink | null;
  credits: Credit[];
  commentary_url: string | null;
  locked_fields: string[];
}

export interface BalloonText {
  text: string;
  kind: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface PageTexts {
  language: string;
  source: string;
  balloons: BalloonText[];
}

export interface Turn {
  episode_id: string;
  shown: number[];
  device: string;
  device_name: string;
  language?: string;
  at: string;
  finished?: boolean;
}

export interface ContinueItem {
  series: SeriesLink;
  episode: EpisodeCard;
  page: PageItem;
  /** Null when the next episode was not begun. */
  progress: Progress | null;
  reason: "reading" | "next";
}

export interface Collection {
  id: string;
  name: string;
  series_count: number;
  covers: Cover[];
}

export interface CollectionDetail extends Collection {
  series: SeriesCard[];
}

export interface ReadingList {
  id: string;
  name: string;
  episode_count: number;
  covers: Cover[];
}

export interface ReadingListDetail extends ReadingList {
  episodes: (EpisodeCard & { series_title: string })[];
}

export interface Root {
  id: string;
  path: string;
  series_title: string | null;
  state: "available" | "unmounted";
  notice: { code: string; message: string } | null;
  episode_count: number;
  last_scanned_at: string | null;
}

export interface ImportProblem {
  path: string;
  code: string;
  message: string;
  at: string;
  kind: string;
}

export type ActivityState = "queued" | "running" | "succeeded" | "failed" | "cancelled";

export interface Activity {
  id: string;
  kind: string;
  title: string;
  state: ActivityState;
  done: number;
  total: number | null;
  failed_count: number;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

export interface Edited {
  edit_id: string;
  changed: number;
}

/** Fields left out stay as they are; what is given is kept by rescans until it is named in `unlock`. */
export interface SeriesChanges {
  title?: string;
  sort_title?: string;
  summary?: string | null;
  publisher?: string | null;
  year?: number | null;
  language?: string | null;
  direction?: Direction;
  age_rating?: string | null;
  tags?: string[];
  credits?: Credit[];
  license?: string | null;
  attribution?: string | null;
  cover_page_id?: string | null;
  unlock?: string[];
}

export interface EpisodeChanges {
  title?: string;
  titles?: Record<string, string>;
  number?: string | null;
  language?: string | null;
  published_at?: string | null;
  credits?: Credit[];
  credits_url?: string | null;
  commentary_url?: string | null;
  license?: string | null;
  age_rating?: string | null;
  direction?: Direction | null;
  cover_page_id?: string | null;
  unlock?: string[];
}

/** What to do when an episode comes to a number that is taken. */
export type SameNumber = "refuse" | "edition";

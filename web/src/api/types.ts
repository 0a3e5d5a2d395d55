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
  Deed,
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
  HouseStatus,
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

export type {
  ArticleItem as ArticleCard,
  CharacterChip,
  EntityItem as WorldEntity,
  EntityKind,
  EvidenceItem as Evidence,
  FactItem as Fact,
  Neighbour as KnownTie,
  PassageKind,
  PlaceItem as PagePlace,
  RelationshipItem as WorldTie,
  SearchHit,
  Transcript,
  TranscriptPanel,
  World,
} from "./generated";

/** Fractions of a page's width and height. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

import { CalendarDays, Gem, MapPin, PawPrint, Sparkles, UserRound, UsersRound } from "lucide-react";

import type { EntityKind } from "~/api/types";
import type { Icon } from "~/ui/Button";

export const SIGNS: Record<EntityKind, Icon> = {
  character: UserRound,
  creature: PawPrint,
  place: MapPin,
  group: UsersRound,
  object: Gem,
  concept: Sparkles,
  event: CalendarDays,
};

import { FormattedRelativeTime } from "react-intl";

import { relativeTime } from "~/lib/time";

/** How long ago a moment was, in words, with the moment itself for whoever asks. */
export function Ago({ moment }: { moment: string }) {
  const { value, unit } = relativeTime(moment);
  return (
    <time dateTime={moment} title={new Date(moment).toLocaleString()}>
      <FormattedRelativeTime value={value} unit={unit} numeric="auto" />
    </time>
  );
}

interface Relative {
  value: number;
  unit: "second" | "minute" | "hour" | "day" | "month" | "year";
}

const STEPS: [Relative["unit"], number][] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** How long ago a moment was, in the largest unit that it fills; "now" below a minute, and whatever the clocks say. */
export function relativeTime(moment: string, now = Date.now()): Relative {
  const seconds = Math.max(0, (now - new Date(moment).getTime()) / 1000);
  const step = STEPS.find(([, length]) => seconds >= length);
  return step ? { value: -Math.floor(seconds / step[1]), unit: step[0] } : { value: 0, unit: "second" };
}

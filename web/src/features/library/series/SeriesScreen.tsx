import { useText } from "~/lib/language";

export function SeriesScreen() {
  const text = useText();
  return <h1>{text("shelf.series")}</h1>;
}

import { useText } from "~/lib/language";

export function ImportScreen() {
  const text = useText();
  return <h1>{text("rooms.import")}</h1>;
}

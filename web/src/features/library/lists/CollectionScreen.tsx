import { useText } from "~/lib/language";

export function CollectionScreen() {
  const text = useText();
  return <h1>{text("rooms.lists")}</h1>;
}

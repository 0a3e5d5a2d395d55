import { useText } from "~/lib/language";

export function ListsScreen() {
  const text = useText();
  return <h1>{text("rooms.lists")}</h1>;
}

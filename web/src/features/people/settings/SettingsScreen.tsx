import { useText } from "~/lib/language";

export function SettingsScreen() {
  const text = useText();
  return <h1>{text("rooms.settings")}</h1>;
}

import { useText } from "~/lib/language";

export function WelcomeScreen() {
  const text = useText();
  return <h1>{text("rooms.shelf")}</h1>;
}

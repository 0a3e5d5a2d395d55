import { useSuspenseQuery } from "@tanstack/react-query";

import { sessionQuery } from "~/api/session";
import { useText } from "~/lib/language";
import { useTitle } from "~/ui/useTitle";

import { ReadingTime } from "../family/ReadingTime";

import { About } from "./About";
import { Answers } from "./Answers";
import { Appearance } from "./Appearance";
import { Consents } from "./Consents";
import { Devices } from "./Devices";
import { Keys } from "./Keys";
import { Memory } from "./Memory";
import { Privacy } from "./Privacy";
import { Section } from "./Section";
import styles from "./Settings.module.css";
import { SignIn } from "./SignIn";
import { Spoilers } from "./Spoilers";
import { Voices } from "./Voices";

export function SettingsScreen() {
  const text = useText();
  const { user, version } = useSuspenseQuery(sessionQuery).data;
  useTitle(text("rooms.settings"));
  return (
    <div className={styles.screen}>
      <h1>{text("rooms.settings")}</h1>
      <Appearance signedIn={user !== null} />
      {user ? (
        <>
          <Spoilers user={user} />
          <SignIn />
          <Devices />
          <Memory />
          <Voices mayManage={user.role !== "reader"} />
          <Keys mayManage={user.role !== "reader"} name={user.name} />
          <Consents />
          {user.is_minor ? (
            <Section title={text("family.time.title")} help={text("family.time.helpOwn")}>
              <ReadingTime userId={user.id} />
            </Section>
          ) : null}
          <Privacy user={user} />
        </>
      ) : null}
      {user?.role === "owner" ? <Answers /> : null}
      <About version={version} />
    </div>
  );
}

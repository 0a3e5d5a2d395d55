import { NativeSelect } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { onboard } from "~/api/door";
import { sessionQuery } from "~/api/session";
import type { OnboardingBody } from "~/api/types";
import { useLanguage, useText } from "~/lib/language";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import { DoorCard } from "./DoorCard";
import { countriesIn, likelyCountry } from "./countries";
import styles from "./door.module.css";
import { useEnter } from "./useEnter";

type UserType = OnboardingBody["user_type"];
type AgeClass = OnboardingBody["age_class"];

const AGES: AgeClass[] = ["child", "preteen", "teenager", "adult"];
const GROWN: UserType[] = ["adult", "parent", "educator"];

/** Whoever is not grown up is a child or a teenager; only who is can be a parent. */
function typeOf(age: AgeClass, grown: UserType): UserType {
  if (age === "adult") return grown;
  return age === "teenager" ? "teenager" : "child";
}

/** The first visit: the few things that Fumetto has to know of somebody, each with its reason. */
export function StartScreen() {
  const text = useText();
  const enter = useEnter();
  const { language } = useLanguage();
  const user = useQuery(sessionQuery).data?.user;
  // Who was invited as a young person stays one: the server would refuse anything older.
  const known = user?.age_class ?? null;
  const [age, setAge] = useState<AgeClass | null>(known);
  const [grown, setGrown] = useState<UserType>("adult");
  const [country, setCountry] = useState(() => user?.country ?? likelyCountry());
  const countries = useMemo(() => countriesIn(language), [language]);
  const starting = useMutation({
    mutationFn: (given: AgeClass) => onboard({ user_type: typeOf(given, grown), age_class: given, language, ...(country ? { country } : {}) }),
    onSuccess: enter,
  });
  return (
    <DoorCard wide title={text("door.start.title", { name: user?.name ?? "" })}>
      <p>{text("door.start.help")}</p>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (age) starting.mutate(age);
        }}
      >
        <fieldset className={styles.question}>
          <legend>{text("door.start.age")}</legend>
          <p>{text(known ? "door.start.ageKnown" : "door.start.ageWhy")}</p>
          <div className={styles.tiles}>
            {AGES.filter((one) => known === null || known === one).map((one) => (
              <label key={one} className={styles.tile}>
                <input type="radio" name="age" className="unseen" checked={age === one} onChange={() => setAge(one)} />
                <strong>{text(`door.start.ages.${one}`)}</strong>
                <span>{text(`door.start.years.${one}`)}</span>
              </label>
            ))}
          </div>
        </fieldset>
        {age === "adult" ? (
          <fieldset className={styles.question}>
            <legend>{text("door.start.here")}</legend>
            <p>{text("door.start.hereWhy")}</p>
            <div className={styles.tiles}>
              {GROWN.map((one) => (
                <label key={one} className={styles.tile}>
                  <input type="radio" name="grown" className="unseen" checked={grown === one} onChange={() => setGrown(one)} />
                  <strong>{text(`door.start.types.${one}`)}</strong>
                  <span>{text(`door.start.typesHow.${one}`)}</span>
                </label>
              ))}
            </div>
          </fieldset>
        ) : null}
        <NativeSelect
          label={text("door.start.country")}
          description={text("door.start.countryWhy")}
          value={country}
          data={[{ value: "", label: text("door.start.noCountry") }, ...countries]}
          onChange={(event) => setCountry(event.currentTarget.value)}
        />
        {starting.error ? (
          <p role="alert" className={styles.reason}>
            {explain(starting.error, text)}
          </p>
        ) : null}
        <Button type="submit" tone="accent" busy={starting.isPending} disabled={!age}>
          {text("door.goOn")}
        </Button>
      </form>
    </DoorCard>
  );
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Phone, Trash2 } from "lucide-react";
import { useState } from "react";

import { addAdult, callUrl, removeAdult, type Helper } from "~/api/support";
import { useText } from "~/lib/language";
import { Button, IconButton } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import styles from "./support.module.css";

/** The hours of a line that is always there; the same in every language, so said in words. */
const ALWAYS = "24/7";

/** Whom to turn to: grown-ups of one's own choosing, and help lines that somebody has confirmed. */
export function People({ helper }: { helper: Helper }) {
  const text = useText();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [how, setHow] = useState("");
  const renew = () => queries.invalidateQueries({ queryKey: ["helper", "home"] });
  const add = useMutation({
    mutationFn: () => addAdult(name, how),
    onSuccess: () => {
      setName("");
      setHow("");
      return renew();
    },
  });
  const remove = useMutation({ mutationFn: removeAdult, onSuccess: renew });
  return (
    <section className={styles.card}>
      <h2>{text("helper.people")}</h2>
      <p className={styles.urgent}>{text("helper.urgent", { who: helper.variant })}</p>
      {helper.help_lines.length > 0 ? (
        <>
          <h3>{text("helper.lines")}</h3>
          <ul className={styles.lines}>
            {helper.help_lines.map((line) => (
              <li key={line.name}>
                {line.phone ? (
                  <a href={callUrl(line.phone)}>
                    <Phone size={15} aria-hidden /> {line.phone}
                  </a>
                ) : null}
                <span>
                  {line.url ? (
                    <a href={line.url} target="_blank" rel="noreferrer">
                      {line.name}
                    </a>
                  ) : (
                    line.name
                  )}
                  {line.hours ? ` · ${line.hours === ALWAYS ? text("helper.always") : line.hours}` : ""}
                </span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {helper.general_advice.slice(0, -1).map((one) => (
        <p key={one} className={styles.small}>
          {one}
        </p>
      ))}
      <h3>{text("helper.my_people")}</h3>
      <ul className={styles.rows}>
        {helper.trusted_adults.map((adult) => (
          <li key={adult.id}>
            <span>
              <strong>{adult.name}</strong>
              {adult.how_to_reach ? <small>{adult.how_to_reach}</small> : null}
            </span>
            <IconButton icon={Trash2} label={text("helper.remove", { name: adult.name })} size={16} onClick={() => remove.mutate(adult.id)} />
          </li>
        ))}
      </ul>
      <form
        className={styles.add}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) add.mutate();
        }}
      >
        <label>
          {text("helper.adult_name")}
          <input value={name} maxLength={128} onChange={(event) => setName(event.target.value)} />
        </label>
        <label>
          {text("helper.adult_how")}
          <input value={how} maxLength={255} onChange={(event) => setHow(event.target.value)} />
        </label>
        <Button type="submit" small busy={add.isPending} disabled={!name.trim()}>
          {text("helper.add")}
        </Button>
      </form>
      {add.isError ? (
        <p role="alert" className={styles.error}>
          {explain(add.error, text)}
        </p>
      ) : null}
    </section>
  );
}

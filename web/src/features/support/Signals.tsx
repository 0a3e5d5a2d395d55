import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { aboutHome, signalsQuery } from "~/api/support";
import { useText } from "~/lib/language";
import { Ago } from "~/ui/Ago";
import { Button } from "~/ui/Button";

import styles from "./support.module.css";

/** That safety rules fired for oneself, and the way to say whom guardians' eyes are not for. */
export function Signals({ guarded }: { guarded: boolean }) {
  const text = useText();
  const queries = useQueryClient();
  const signals = useQuery(signalsQuery);
  const hide = useMutation({ mutationFn: aboutHome, onSuccess: () => queries.invalidateQueries({ queryKey: ["helper", "signals"] }) });
  if (!signals.data?.items.length) return null;
  return (
    <section className={styles.card}>
      <h2>{text("helper.signals")}</h2>
      {guarded ? <p className={styles.small}>{text("helper.signals_help")}</p> : null}
      <ul className={styles.rows}>
        {signals.data.items.map((one) => (
          <li key={one.id}>
            <span>
              <strong>{text(`helper.danger.${one.danger}`)}</strong>
              <small>
                <Ago moment={one.created_at} />
              </small>
            </span>
            {!guarded ? null : one.kept_from === "all" ? (
              <small className={styles.kept}>{text("helper.kept_back")}</small>
            ) : (
              <Button small busy={hide.isPending} onClick={() => hide.mutate(one.id)}>
                {text("helper.about_home")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

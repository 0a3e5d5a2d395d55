import { useQuery } from "@tanstack/react-query";
import { ShieldAlert } from "lucide-react";

import { signalsOfQuery } from "~/api/family";
import { useText } from "~/lib/language";
import { Ago } from "~/ui/Ago";

import styles from "./family.module.css";

/** That a danger rule fired for a child, and what help was named. Never the words; nothing where it never did. */
export function SafetySignals({ childId, name }: { childId: string; name: string }) {
  const text = useText();
  const signals = useQuery(signalsOfQuery(childId)).data?.items ?? [];
  if (!signals.length) return null;
  return (
    <section aria-labelledby="child-signals">
      <h2 id="child-signals">{text("helper.signals")}</h2>
      <p className={styles.dim}>{text("family.signals.help", { name })}</p>
      <ul className={styles.list} data-now>
        {signals.map((signal) => (
          <li key={signal.id} className={styles.asking}>
            <ShieldAlert size={19} strokeWidth={1.7} aria-hidden />
            <span className={styles.words}>
              <strong>{text(`helper.danger.${signal.danger}`)}</strong>
              <span>
                <Ago moment={signal.created_at} />
                {signal.offered.length ? ` · ${text("family.signals.offered", { help: signal.offered.map((one) => text(`family.signals.helps.${one}`)).join(", ") })}` : null}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

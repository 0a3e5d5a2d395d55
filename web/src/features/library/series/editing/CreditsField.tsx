import { Plus, X } from "lucide-react";
import { useId } from "react";

import type { Credit } from "~/api/types";
import { useText } from "~/lib/language";
import { Button, IconButton } from "~/ui/Button";

import { KNOWN_ROLES, nameOfRole } from "../../shared/roles";

import styles from "./CreditsField.module.css";

/** Who did what, a line each. */
export function CreditsField({ value, onChange }: { value: Credit[]; onChange: (value: Credit[]) => void }) {
  const text = useText();
  const roles = useId();
  const set = (index: number, change: Partial<Credit>) => onChange(value.map((credit, at) => (at === index ? { ...credit, ...change } : credit)));
  return (
    <fieldset className={styles.field}>
      <legend>{text("field.credits")}</legend>
      <datalist id={roles}>
        {KNOWN_ROLES.map((role) => (
          <option key={role} value={role}>
            {nameOfRole(role, text)}
          </option>
        ))}
      </datalist>
      {value.map((credit, index) => (
        // Lines have no identity of their own: two may say the same.
        <div key={index} className={styles.line}>
          <input
            aria-label={text("field.role")}
            placeholder={text("field.role")}
            value={credit.role}
            list={roles}
            maxLength={128}
            onChange={(event) => set(index, { role: event.target.value })}
          />
          <input
            aria-label={text("field.name")}
            placeholder={text("field.name")}
            value={credit.name}
            maxLength={512}
            onChange={(event) => set(index, { name: event.target.value })}
          />
          <IconButton
            icon={X}
            size={15}
            label={text("edit.removeCredit", { name: credit.name })}
            onClick={() => onChange(value.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <Button small icon={Plus} onClick={() => onChange([...value, { role: "", name: "" }])}>
        {text("edit.addCredit")}
      </Button>
    </fieldset>
  );
}

/** Credits as they may be sent: lines without a name are dropped. */
export function meantCredits(credits: Credit[]): Credit[] {
  return credits.map((credit) => ({ ...credit, role: credit.role.trim(), name: credit.name.trim() })).filter(({ name, role }) => name && role);
}

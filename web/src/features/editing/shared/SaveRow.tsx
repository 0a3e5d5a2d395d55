import { useText } from "~/lib/language";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import panes from "./panes.module.css";

interface Props {
  /** What was wrong that no field says by itself. */
  error: unknown;
  disabled: boolean;
  busy: boolean;
}

/** The end of a form: what was wrong with it, and how to save it. */
export function SaveRow({ error, disabled, busy }: Props) {
  const text = useText();
  return (
    <>
      {error ? (
        <p role="alert" className={panes.error}>
          {explain(error, text)}
        </p>
      ) : null}
      <div className={panes.buttons}>
        <Button type="submit" tone="ink" disabled={disabled} busy={busy}>
          {text("common.save")}
        </Button>
      </div>
    </>
  );
}

import { useState, type ReactNode } from "react";

import { useText } from "~/lib/language";
import { Button } from "~/ui/Button";

const FEW = 8;

/** The first few of many, and the button that shows the rest; all of them where they are not many more. */
export function useFold<Item>(items: readonly Item[]): { shown: readonly Item[]; more: ReactNode } {
  const text = useText();
  const [open, setOpen] = useState(false);
  if (open || items.length <= FEW + 2) return { shown: items, more: null };
  return {
    shown: items.slice(0, FEW),
    more: (
      <Button small onClick={() => setOpen(true)}>
        {text("family.showAll", { count: items.length })}
      </Button>
    ),
  };
}

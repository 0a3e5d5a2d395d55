import { Suspense } from "react";

import { MemoryList } from "~/features/companion/public";
import { useText } from "~/lib/language";
import { Skeleton } from "~/ui/Skeleton";

import { Section } from "./Section";

/** What the companion remembers of the reader. */
export function Memory() {
  const text = useText();
  return (
    <Section title={text("companion.memory")} help={text("companion.memory.help")}>
      <Suspense fallback={<Skeleton height={58} round={12} />}>
        <MemoryList />
      </Suspense>
    </Section>
  );
}

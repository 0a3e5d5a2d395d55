import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useCallback, useState } from "react";

import { speak } from "~/api/http";
import { direction, LanguageProvider, type Language, type Messages } from "~/lib/language";
import { useInTheatre } from "~/lib/theatre";
import { cssVariables, theme } from "~/ui/theme";

import { makeQueryClient } from "./queries";
import { makeRouter } from "./router";

interface Props {
  initial: { language: Language; messages: Messages };
}

export function Application({ initial }: Props) {
  const [queries] = useState(makeQueryClient);
  const [router] = useState(() => makeRouter(queries));
  const dark = useInTheatre();
  const onLanguage = useCallback(
    (language: Language) => {
      speak(language);
      document.documentElement.lang = language;
      document.documentElement.dir = direction(language);
      // Titles and messages come from the server in the reader's language.
      void queries.invalidateQueries();
    },
    [queries],
  );
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" {...(dark ? { forceColorScheme: "dark" } : {})}>
      <LanguageProvider initial={initial} onChange={onLanguage}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </LanguageProvider>
    </MantineProvider>
  );
}

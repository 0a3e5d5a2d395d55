import { Download } from "lucide-react";

import { exportFileUrl } from "~/api/account";
import type { ExportOut } from "~/api/generated";
import { readableBytes } from "~/lib/bytes";
import { useLanguage, useText } from "~/lib/language";

import { ButtonAnchor } from "./Button";

/** How far an export of somebody's data is, and how large. */
export function ExportState({ made }: { made: ExportOut }) {
  const text = useText();
  const { language } = useLanguage();
  return (
    <>
      {text(`account.data.states.${made.state}`)}
      {made.size ? ` · ${readableBytes(made.size, language)}` : null}
    </>
  );
}

/** Its file, once there is one. */
export function ExportFile({ made }: { made: ExportOut }) {
  const text = useText();
  return made.state === "ready" ? (
    <ButtonAnchor small icon={Download} href={exportFileUrl(made.id)} download>
      {text("account.data.download")}
    </ButtonAnchor>
  ) : null;
}

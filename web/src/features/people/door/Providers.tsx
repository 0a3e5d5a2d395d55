import { useQuery } from "@tanstack/react-query";
import { LogIn } from "lucide-react";

import { providersQuery } from "~/api/door";
import { apiUrl } from "~/lib/base";
import { useText } from "~/lib/language";
import { ButtonAnchor } from "~/ui/Button";

import styles from "./door.module.css";

/** Others that the operator lets say who somebody is. Nothing where there are none. */
export function Providers({ invitation }: { invitation?: string }) {
  const text = useText();
  const providers = useQuery(providersQuery).data?.items ?? [];
  if (!providers.length) return null;
  const start = (id: string) => apiUrl(`session/oidc/${encodeURIComponent(id)}/start${invitation ? `?invitation=${encodeURIComponent(invitation)}` : ""}`);
  return (
    <>
      <span className={styles.or}>{text("door.or")}</span>
      <div className={styles.column}>
        {providers.map((provider) => (
          <ButtonAnchor key={provider.id} icon={LogIn} href={start(provider.id)}>
            {text("door.provider", { name: provider.name })}
          </ButtonAnchor>
        ))}
      </div>
    </>
  );
}

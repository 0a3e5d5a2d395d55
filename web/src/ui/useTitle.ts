import { useEffect } from "react";

/** Names the window after what is shown. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title ? `${title} · Fumetto` : "Fumetto";
  }, [title]);
}

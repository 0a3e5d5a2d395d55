import { createLink } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { type AnchorHTMLAttributes, type Ref } from "react";

import styles from "./BackLink.module.css";

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & { label: string; ref?: Ref<HTMLAnchorElement> };

function BackAnchor({ label, ...rest }: Props) {
  return (
    <a {...rest} className={styles.back} aria-label={label}>
      <ArrowLeft size={20} strokeWidth={1.7} aria-hidden />
    </a>
  );
}

/** Out of a screen to the one above it, before its title. */
export const BackLink = createLink(BackAnchor);

import { createLink } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { type AnchorHTMLAttributes, type Ref } from "react";

import styles from "./BackTo.module.css";

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & { ref?: Ref<HTMLAnchorElement> };

function BackToAnchor({ children, className, ...rest }: Props) {
  return (
    <a {...rest} className={[styles.back, className].filter(Boolean).join(" ")}>
      <ArrowLeft size={16} strokeWidth={1.7} aria-hidden />
      {children}
    </a>
  );
}

/** Out of what was chosen of a list to the list, in words, above what was chosen. */
export const BackTo = createLink(BackToAnchor);

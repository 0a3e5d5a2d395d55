import { X } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";

import { useText } from "~/lib/language";
import { IconButton } from "~/ui/Button";

import styles from "./world.module.css";

interface Props {
  picture: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  /** Whether the keyboard comes along, as when it opened the card. */
  takeFocus: boolean;
  onClose: () => void;
}

export function CardHead({ picture, title, children, takeFocus, onClose }: Props) {
  const text = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takeFocus) heading.current?.focus({ preventScroll: true });
  }, [takeFocus]);
  return (
    <header className={styles.cardHead}>
      {picture}
      <div>
        <h3 ref={heading} tabIndex={-1}>
          {title}
        </h3>
        {children}
      </div>
      <IconButton icon={X} label={text("world.card.close")} onClick={onClose} />
    </header>
  );
}

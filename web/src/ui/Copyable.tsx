import { Check, Copy } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { useText } from "~/lib/language";

import { IconButton } from "./Button";
import styles from "./Copyable.module.css";

/** Text to be taken elsewhere. Where the browser gives no clipboard (plain HTTP), the text is selected instead. */
export function Copyable({ value, label }: { value: string; label: string }) {
  const text = useText();
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    field.current?.select();
    if (!window.isSecureContext) return;
    await navigator.clipboard.writeText(value);
    setCopied(true);
  };
  return (
    <span className={styles.field}>
      <input ref={field} readOnly value={value} aria-label={label} onFocus={(event) => event.target.select()} />
      <IconButton icon={copied ? Check : Copy} size={16} label={text(copied ? "common.copied" : "common.copyNamed", { name: label })} onClick={() => void copy()} />
    </span>
  );
}

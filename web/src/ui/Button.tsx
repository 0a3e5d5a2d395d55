import { createLink } from "@tanstack/react-router";
import { type AnchorHTMLAttributes, type ButtonHTMLAttributes, type ComponentType, type ReactNode, type Ref } from "react";

import styles from "./Button.module.css";

export type Tone = "ink" | "accent" | "plain" | "bare" | "danger";
export type Icon = ComponentType<{ size?: number | string; strokeWidth?: number | string; "aria-hidden"?: boolean }>;

interface Look {
  /** `accent` is for the one thing to do on a screen. */
  tone?: Tone | undefined;
  small?: boolean | undefined;
  icon?: Icon | undefined;
  children?: ReactNode;
}

function look({ tone = "plain", small = false }: Look, extra?: string): string {
  return [styles.button, styles[tone], small ? styles.small : "", extra].filter(Boolean).join(" ");
}

type ButtonProps = Look & ButtonHTMLAttributes<HTMLButtonElement> & { busy?: boolean; ref?: Ref<HTMLButtonElement> };

export function Button({ tone, small, icon: Sign, children, className, busy = false, disabled, type = "button", ...rest }: ButtonProps) {
  return (
    <button {...rest} type={type} disabled={disabled === true || busy} aria-busy={busy || undefined} className={look({ tone, small }, className)}>
      {Sign ? <Sign size={small ? 15 : 17} strokeWidth={1.7} aria-hidden /> : null}
      {children}
    </button>
  );
}

type IconButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & { icon: Icon; label: string; size?: number; ref?: Ref<HTMLButtonElement> };

/** A button that is only a sign; its label is what a screen reader says and a pointer shows. */
export function IconButton({ icon: Sign, label, size = 18, className, ...rest }: IconButtonProps) {
  return (
    <button title={label} {...rest} type="button" aria-label={label} className={[styles.icon, className].filter(Boolean).join(" ")}>
      <Sign size={size} strokeWidth={1.7} aria-hidden />
    </button>
  );
}

type AnchorProps = Look & AnchorHTMLAttributes<HTMLAnchorElement> & { ref?: Ref<HTMLAnchorElement> };

export function ButtonAnchor({ tone, small, icon: Sign, children, className, ...rest }: AnchorProps) {
  return (
    <a {...rest} className={look({ tone, small }, className)}>
      {Sign ? <Sign size={small ? 15 : 17} strokeWidth={1.7} aria-hidden /> : null}
      {children}
    </a>
  );
}

/** A link inside the application that looks like a button. */
export const ButtonLink = createLink(ButtonAnchor);

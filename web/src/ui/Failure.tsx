import { useRouter } from "@tanstack/react-router";
import { CloudOff, FileQuestion, RotateCw, TriangleAlert } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";

import { Problem, serverAnswers, Unreachable } from "~/api/http";
import { useText, type Text } from "~/lib/language";

import { Button, ButtonLink, type Icon } from "./Button";
import styles from "./Failure.module.css";

interface PanelProps {
  icon: Icon;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  level?: 1 | 2;
}

/** A quiet panel in place of what could not be, or cannot be, shown. */
export function Panel({ icon: Sign, title, children, actions, level = 2 }: PanelProps) {
  const Title = level === 1 ? "h1" : "h2";
  return (
    <div className={styles.panel}>
      <span className={styles.sign}>
        <Sign size={26} strokeWidth={1.7} aria-hidden />
      </span>
      <Title className={styles.title}>{title}</Title>
      {children ? <div className={styles.words}>{children}</div> : null}
      {actions ? <div className={styles.actions}>{actions}</div> : null}
    </div>
  );
}

/** What went wrong in one sentence for a toast or a form. */
export function explain(error: unknown, text: Text): string {
  if (error instanceof Problem) return error.detail || error.title || text("failure.status", { status: error.status });
  if (error instanceof Unreachable) return text("failure.unreachable.detail");
  return text("failure.unknown.detail");
}

interface FailureProps {
  error: unknown;
  retry?: () => void;
  /** Whether it stands in place of the whole screen. */
  whole?: boolean;
}

/** An error in place of the part of a screen that it kept from loading, with the way out. */
export function Failure({ error, retry, whole = false }: FailureProps) {
  const text = useText();
  const away = error instanceof Unreachable;
  useReturn(away ? retry : undefined);
  const missing = error instanceof Problem && error.status === 404;
  if (missing) return <NotFound />;
  return (
    <div role="alert">
      <Panel
        level={whole ? 1 : 2}
        icon={away ? CloudOff : TriangleAlert}
        title={text(away ? "failure.unreachable.title" : "failure.unknown.title")}
        actions={
          error instanceof Problem && error.status === 401 ? (
            <ButtonLink tone="ink" to="/welcome">
              {text("user.signIn")}
            </ButtonLink>
          ) : retry ? (
            <Button icon={RotateCw} onClick={retry}>
              {text("failure.retry")}
            </Button>
          ) : null
        }
      >
        <p>{explain(error, text)}</p>
        {error instanceof Problem && error.requestId ? <p className={styles.small}>{text("failure.request", { id: error.requestId })}</p> : null}
      </Panel>
    </div>
  );
}

const LOOK = 3_000;

/** Calls back once the server answers again. */
export function useReturn(back: (() => void) | undefined): void {
  const latest = useRef(back);
  useEffect(() => {
    latest.current = back;
  });
  const waits = back !== undefined;
  useEffect(() => {
    if (!waits) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const look = async () => {
      clearTimeout(timer);
      const there = await serverAnswers();
      if (gone) return;
      if (there) latest.current?.();
      // Also after calling back: what was tried may have failed once more.
      timer = setTimeout(() => void look(), LOOK);
    };
    const soon = () => void look();
    timer = setTimeout(soon, LOOK);
    window.addEventListener("online", soon);
    return () => {
      gone = true;
      clearTimeout(timer);
      window.removeEventListener("online", soon);
    };
  }, [waits]);
}

export function NotFound() {
  const text = useText();
  return (
    <Panel
      level={1}
      icon={FileQuestion}
      title={text("failure.missing.title")}
      actions={
        <ButtonLink tone="ink" to="/">
          {text("failure.missing.back")}
        </ButtonLink>
      }
    >
      <p>{text("failure.missing.detail")}</p>
    </Panel>
  );
}

export function RouteError({ error }: { error: unknown }) {
  const router = useRouter();
  // A part of the application that did not come may be of a version that is gone: the page is loaded anew, once that can be.
  const reload = async () => {
    if (await serverAnswers()) window.location.reload();
  };
  const cut = error instanceof Unreachable && !(error.cause instanceof Problem);
  return <Failure whole error={error} retry={() => void (cut ? reload() : router.invalidate())} />;
}

/** The same where there is no shell around it. */
export function AloneError({ error }: { error: unknown }) {
  return (
    <main className={styles.alone}>
      <RouteError error={error} />
    </main>
  );
}

export function AloneNotFound() {
  return (
    <main className={styles.alone}>
      <NotFound />
    </main>
  );
}

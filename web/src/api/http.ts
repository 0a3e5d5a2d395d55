import { apiUrl } from "~/lib/base";

/** An answer of the server that says what went wrong, in the reader's language. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly requestId: string | null,
  ) {
    super(detail || title);
  }
}

/** The server did not answer at all. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

type Query = Record<string, string | number | boolean | null | undefined>;

interface Call {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  /** Lets the request outlive the page. */
  keepalive?: boolean;
}

// No page of another site can add this header, which is how the server knows our own requests on plain HTTP.
const OURS = { "X-Fumetto-Client": "web" };

let language = "en";

/** Answers come in this language from now on. */
export function speak(tag: string): void {
  language = tag;
}

/**
 * Calls the API below the base path and returns its JSON, or undefined where there is none.
 * Throws `Problem` for an answer that is not a success and `Unreachable` when there is no answer.
 */
export async function call<T>(method: string, path: string, { query, body, signal, keepalive = false }: Call = {}): Promise<T> {
  const headers = new Headers({ Accept: "application/json", "Accept-Language": language, ...OURS });
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers.set("Content-Type", "application/json");
  let answer: Response;
  try {
    answer = await fetch(apiUrl(path) + search(query), {
      method,
      headers,
      body: body === undefined ? null : form ? body : JSON.stringify(body),
      credentials: "same-origin",
      signal: signal ?? null,
      keepalive,
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new Unreachable("unreachable", { cause });
  }
  if (!answer.ok) throw problem(answer.status, await answer.text(), answer.headers.get("X-Request-Id"));
  const text = await answer.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export function problem(status: number, text: string, requestId: string | null): Problem {
  let body: Partial<Record<"code" | "title" | "detail" | "request_id", string>> = {};
  try {
    body = JSON.parse(text) as typeof body;
  } catch {
    // A proxy's page instead of ours: the status has to do.
  }
  return new Problem(status, body.code ?? `http_${status}`, body.title ?? "", body.detail ?? "", body.request_id ?? requestId);
}

function search(query: Query | undefined): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return given.length ? `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()}` : "";
}

interface Upload {
  onProgress: (sent: number, total: number) => void;
  signal: AbortSignal;
}

/** Like `call` for a form with files, telling how many bytes have left; `fetch` cannot. */
export function upload<T>(path: string, form: FormData, { onProgress, signal }: Upload): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", apiUrl(path));
    for (const [name, value] of Object.entries({ "Accept-Language": language, ...OURS })) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded, event.total));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as T);
      else reject(problem(request.status, request.responseText, request.getResponseHeader("X-Request-Id")));
    });
    request.addEventListener("error", () => reject(new Unreachable("unreachable")));
    request.addEventListener("abort", () => reject(new DOMException("Cancelled", "AbortError")));
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

import { apiUrl, basePath } from "~/lib/base";

import { client } from "./generated/client.gen";

/** An answer of the server that says what went wrong, in the reader's language. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly requestId: string | null,
    /** What is wrong with single fields, by the last part of their path, such as `name`. */
    readonly fields: Readonly<Record<string, string>> = {},
    /** What the detail mentions. */
    readonly values: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail || title);
  }
}

/** The server did not answer at all. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

// No page of another site can add this header, which is how the server knows our own requests on plain HTTP.
const OURS = { "X-Fumetto-Client": "web" };

let language = "en";

client.setConfig({ baseUrl: basePath.replace(/\/$/, ""), credentials: "same-origin", headers: OURS });
client.interceptors.request.use((request) => {
  request.headers.set("Accept-Language", language);
  return request;
});

/** Answers come in this language from now on. */
export function speak(tag: string): void {
  language = tag;
}

const GATEWAYS = [502, 503, 504];

/** Whether the server answers at all, itself and not only what stands before it. Never throws. */
export async function serverAnswers(): Promise<boolean> {
  try {
    const { status } = await fetch(apiUrl("session"), { cache: "no-store", headers: OURS });
    return !GATEWAYS.includes(status);
  } catch {
    return false;
  }
}

/** A part of the application that is loaded when it is needed; throws `Unreachable` when it does not come. */
export async function part<T>(loading: Promise<T>): Promise<T> {
  try {
    return await loading;
  } catch (cause) {
    throw new Unreachable("unreachable", { cause });
  }
}

type Outcome<T> = Promise<{ data?: T; error?: unknown; response?: Response }>;

/** What a call of the generated client brings. Throws `Problem` for a refusal and `Unreachable` when nobody answers. */
export async function answer<T>(calling: Outcome<T>): Promise<T> {
  let outcome: Awaited<Outcome<T>>;
  try {
    outcome = await calling;
  } catch (cause) {
    throw isAbort(cause) ? cause : new Unreachable("unreachable", { cause });
  }
  const { data, error, response } = outcome;
  if (response?.ok) return data as T;
  if (isAbort(error)) throw error;
  if (!response) throw new Unreachable("unreachable", { cause: error });
  throw problem(response.status, error, response.headers.get("X-Request-Id"));
}

function isAbort(error: unknown): error is DOMException {
  return error instanceof DOMException && error.name === "AbortError";
}

/** The error that a body of `application/problem+json` says; of anything else, such as a proxy's page, only the status. */
export function problem(status: number, body: unknown, requestId: string | null): Problem {
  const said = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const text = (name: string) => (typeof said[name] === "string" ? said[name] : "");
  const values = typeof said.values === "object" && said.values !== null ? (said.values as Record<string, unknown>) : {};
  return new Problem(status, text("code") || `http_${status}`, text("title"), text("detail"), text("request_id") || requestId, fieldsOf(said.errors), values);
}

function fieldsOf(errors: unknown): Record<string, string> {
  const found: Record<string, string> = {};
  for (const error of Array.isArray(errors) ? (errors as { field?: unknown; message?: unknown }[]) : []) {
    if (typeof error.field === "string" && typeof error.message === "string") found[error.field.split(".").at(-1) ?? ""] ??= error.message;
  }
  return found;
}

interface Upload {
  onProgress: (sent: number, total: number) => void;
  signal: AbortSignal;
}

/** Sends a form with files, telling how many bytes have left, which the generated client's `fetch` cannot. */
export function upload<T>(path: string, form: FormData, { onProgress, signal }: Upload): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", apiUrl(path));
    request.responseType = "json";
    for (const [name, value] of Object.entries({ "Accept-Language": language, ...OURS })) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded, event.total));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response as T);
      else reject(problem(request.status, request.response, request.getResponseHeader("X-Request-Id")));
    });
    request.addEventListener("error", () => reject(new Unreachable("unreachable")));
    request.addEventListener("abort", () => reject(new DOMException("Cancelled", "AbortError")));
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

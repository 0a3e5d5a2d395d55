import type { Citation, Message, Mode, Sentence, Suggestion } from "~/api/companion";
import type { StreamEvent } from "~/lib/eventStream";

/** What the companion does with a question, as far as its events have told. */
export interface Answering {
  questionId: string;
  answerId: string;
  mode: Mode;
  /** The number of the last event; what comes again is passed over. */
  last: number;
  phase: "asked" | "looking" | "reading" | "writing" | "over";
  model: string;
  /** Whether the book itself is quoted, and no model speaks. */
  builtIn: boolean;
  /** How much was found, once that is known. */
  found: { passages: number; pages: number } | null;
  sentences: Sentence[];
  citations: Citation[];
  notes: Note[];
  suggestions: Suggestion[];
  /** Whether the connection is lost for now. */
  lost: boolean;
  end: End | null;
}

export interface Note {
  code: string;
  text: string;
}

export type End = { kind: "done"; message: Message } | { kind: "failed"; code: string; title: string; detail: string; retry: boolean } | { kind: "folded" };

export type Change = { type: "event"; event: StreamEvent } | { type: "lost" } | { type: "back" } | { type: "failed"; code: string };

export function asked(questionId: string, answerId: string, mode: Mode): Answering {
  return {
    questionId,
    answerId,
    mode,
    last: 0,
    phase: "asked",
    model: "",
    builtIn: false,
    found: null,
    sentences: [],
    citations: [],
    notes: [],
    suggestions: [],
    lost: false,
    end: null,
  };
}

/** The next state. What is not understood, comes twice, or comes after the end changes nothing. */
export function answering(now: Answering, change: Change): Answering {
  if (now.end) return now;
  switch (change.type) {
    case "lost":
      return { ...now, lost: true };
    case "back":
      return { ...now, lost: false };
    case "failed":
      return over(now, { kind: "failed", code: change.code, title: "", detail: "", retry: true });
    case "event": {
      const number = Number(change.event.id);
      if (Number.isSafeInteger(number) && number > 0) {
        if (number <= now.last) return now;
        return told({ ...now, last: number, lost: false }, change.event);
      }
      return told({ ...now, lost: false }, change.event);
    }
  }
}

function over(now: Answering, end: End): Answering {
  return { ...now, phase: "over", lost: false, end };
}

function told(now: Answering, { type, data }: StreamEvent): Answering {
  const said = objectIn(data);
  if (!said) return now;
  switch (type) {
    case "started":
      return { ...now, phase: later(now.phase, "looking"), answerId: words(said.answer_id) || now.answerId, model: words(said.model), builtIn: said.built_in === true };
    case "retrieved":
      return { ...now, phase: later(now.phase, "reading"), found: { passages: count(said.passages), pages: count(said.pages) } };
    case "citation": {
      const citation = citationIn(said);
      return citation ? { ...now, citations: [...now.citations.filter(({ number }) => number !== citation.number), citation].sort((a, b) => a.number - b.number) } : now;
    }
    case "sentence": {
      const text = words(said.text);
      if (!text) return now;
      const citations = Array.isArray(said.citations) ? said.citations.filter((one): one is number => typeof one === "number") : [];
      return { ...now, phase: "writing", sentences: [...now.sentences, { text, citations, language: words(said.language) || null }] };
    }
    case "note":
      return { ...now, notes: [...now.notes.filter(({ code }) => code !== said.code), { code: words(said.code), text: words(said.text) }] };
    case "suggestions":
      return { ...now, suggestions: Array.isArray(said.items) ? said.items.map(suggestionIn).filter((one) => one !== null) : [] };
    case "done": {
      const message = objectOf(said.message);
      if (message && typeof message.id === "string" && Array.isArray(message.sentences)) return over(now, { kind: "done", message: message as unknown as Message });
      return over(now, { kind: "failed", code: "garbled", title: "", detail: "", retry: true });
    }
    case "failed":
      return over(now, { kind: "failed", code: words(said.code), title: words(said.title), detail: words(said.detail), retry: said.retry !== false });
    case "folded":
      return over({ ...now, sentences: [], citations: [], suggestions: [] }, { kind: "folded" });
    default:
      return now;
  }
}

const ORDER: Answering["phase"][] = ["asked", "looking", "reading", "writing", "over"];
const later = (a: Answering["phase"], b: Answering["phase"]) => (ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b);

/** An answer on its way, in the shape of one that is there. */
export function messageOf(now: Answering): Message {
  return {
    kind: "message",
    id: now.answerId,
    author: "assistant",
    mode: now.mode,
    language: "",
    content: now.sentences.map(({ text }) => text).join(" "),
    state: now.end?.kind === "failed" ? "failed" : "running",
    sentences: now.sentences,
    citations: now.citations,
    suggestions: now.suggestions,
    found: now.found === null || now.found.passages > 0,
    model: now.model,
    note: now.notes.at(-1)?.code ?? "",
    withheld: 0,
    latency_ms: null,
    created_at: "",
    answers_id: now.questionId,
    answer_id: null,
  };
}

type Fields = Record<string, unknown>;

const words = (value: unknown) => (typeof value === "string" ? value : "");
const count = (value: unknown) => (typeof value === "number" && value >= 0 ? Math.trunc(value) : 0);
const objectOf = (value: unknown): Fields | null => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null);

function objectIn(data: string): Fields | null {
  try {
    return objectOf(JSON.parse(data));
  } catch {
    return null;
  }
}

function citationIn(said: Fields): Citation | null {
  return typeof said.number === "number" && typeof said.id === "string" ? (said as unknown as Citation) : null;
}

function suggestionIn(value: unknown): Suggestion | null {
  const said = objectOf(value);
  return said && words(said.text) ? { text: words(said.text), mode: said.mode === "wiki" ? "wiki" : "page" } : null;
}

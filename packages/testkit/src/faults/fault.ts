import type { Gate } from "./gate.ts";

/** An answer that does not come from the server. */
export interface CannedAnswer {
  /** Default 200. */
  status?: number;
  headers?: Readonly<Record<string, string>>;
  /** Text, bytes, or a value to send as JSON; default empty. */
  body?: string | Uint8Array | object;
}

/**
 * When a canned answer is sent: `at-once`, with the client's body still on its way; `after-request`, when all of it was
 * read (the server never sees it); `after-handling`, when the server has done its work and answered.
 */
export type AnswerMoment = "at-once" | "after-request" | "after-handling";

/** A fault in one exchange. Created by the functions of `fault`. */
export type Fault =
  | { kind: "cut-before-request" | "cut-before-answer" | "repeat-answer" }
  | { kind: "cut-in-request" | "cut-in-answer"; afterBytes: number }
  | { kind: "answer"; moment: AnswerMoment; answer: CannedAnswer }
  | { kind: "hold-request" | "hold-answer"; gate: Gate }
  | { kind: "trickle"; chunkBytes: number; pauseMs: number }
  | { kind: "claim-length" | "truncate"; sizeBytes: number }
  | { kind: "flip-byte"; offset: number };

const html = { "content-type": "text/html; charset=utf-8" };

/** Every fault there is; hand one to `server.faults.add`. */
export const fault = {
  /** The connection is reset when the head of the request has arrived; the server never sees it. */
  cutBeforeRequest: (): Fault => ({ kind: "cut-before-request" }),
  /**
   * The server gets this many bytes of the request's body, then both connections break. A shorter body goes through.
   */
  cutAfterRequestBytes: (afterBytes: number): Fault => ({ kind: "cut-in-request", afterBytes }),
  /** The server does its work and answers, but the connection is reset before the client gets any of it. */
  cutBeforeAnswer: (): Fault => ({ kind: "cut-before-answer" }),
  /** The client gets the head and this many bytes of the answer's body, then the connection ends. */
  cutAfterAnswerBytes: (afterBytes: number): Fault => ({ kind: "cut-in-answer", afterBytes }),

  /** Sends `answer` in place of the server's; by default the server does not see the request. */
  answer: (answer: CannedAnswer, moment: AnswerMoment = "after-request"): Fault => ({ kind: "answer", moment, answer }),
  /**
   * The page with which 1fichier's upload nodes put off callers that ask for a report too early, whether they want JSON
   * or not.
   */
  pleaseWait: (): Fault => ({
    kind: "answer",
    moment: "after-handling",
    answer: { headers: html, body: "<!DOCTYPE html><html><body><p>Please wait...</p></body></html>\n" },
  }),
  /** A report without links, as seen while 1fichier.com is still checking the files. */
  emptyReport: (): Fault => ({
    kind: "answer",
    moment: "after-handling",
    answer: { body: { incoming: 0, links: [] } },
  }),
  /** The flood answer of 1fichier.com; the server's own limits are not involved. */
  floodLock: (message = "Flood detected: IP Locked #374"): Fault => ({
    kind: "answer",
    moment: "after-request",
    answer: { status: 403, body: { message, status: "KO" } },
  }),
  /** 429 with `Retry-After`. */
  tooManyRequests: (retryAfterSeconds: number): Fault => ({
    kind: "answer",
    moment: "after-request",
    answer: {
      status: 429,
      headers: { "retry-after": String(retryAfterSeconds) },
      body: { message: "Too many requests", status: "KO" },
    },
  }),
  /** A page of a broken web server instead of JSON. */
  serverError: (status = 500, moment: AnswerMoment = "after-request"): Fault => ({
    kind: "answer",
    moment,
    answer: { status, headers: html, body: `<html><body><h1>${status}</h1></body></html>\n` },
  }),

  /** The request waits at the gate before the server gets anything of it. */
  holdRequest: (gate: Gate): Fault => ({ kind: "hold-request", gate }),
  /** The server has answered, and the answer waits at the gate. */
  holdAnswer: (gate: Gate): Fault => ({ kind: "hold-answer", gate }),
  /** The answer's body comes in small pieces; with `pauseMs` 0, only other work gets a turn in between. */
  trickle: ({ chunkBytes = 1, pauseMs = 0 }: { chunkBytes?: number; pauseMs?: number } = {}): Fault => ({
    kind: "trickle",
    chunkBytes,
    pauseMs,
  }),
  /** `Content-Length` claims this many bytes, whatever the body has; the connection ends after the real body. */
  claimLength: (sizeBytes: number): Fault => ({ kind: "claim-length", sizeBytes }),
  /**
   * Only the first bytes are sent, with a `Content-Length` that matches: nothing in the HTTP shows that some are
   * missing.
   */
  truncate: (sizeBytes: number): Fault => ({ kind: "truncate", sizeBytes }),
  /** One byte of the answer's body arrives inverted. */
  flipByte: (offset: number): Fault => ({ kind: "flip-byte", offset }),
  /** The same answer is sent twice on the connection: the second one is in the place of the next request's answer. */
  repeatAnswer: (): Fault => ({ kind: "repeat-answer" }),
} as const;

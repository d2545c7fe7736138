import { type ByteRefusal, objectIn, refusalIn, sendBytes } from "./byte-request.ts";

/** One file of a request: its header line and its bytes; no bytes if the request only asks about it. */
export interface BatchPiece {
  line: Uint8Array<ArrayBuffer>;
  bytes: ArrayBuffer;
}

/** The server's answer about one file. */
export type BatchAnswer =
  | { kind: "stored"; url: string; name: string; hasReplaced: boolean }
  /** The request asked about it, and it does not exist. */
  | { kind: "absent" }
  | ({ kind: "refused" } & ByteRefusal);

export interface BatchRequest {
  /** The folder of somebody else that all of them go to; 0: the user's own files. */
  baseId: number;
  /**
   * Each replaces the bytes of the file with its name, if there is one: that keeps its link, and its previous bytes as
   * a version.
   */
  isReplacement: boolean;
  pieces: readonly BatchPiece[];
  /** Called as soon as the browser provides the answer, which is not before everything was sent. */
  onAnswer(at: number, answer: BatchAnswer): void;
  /** Bytes sent of each file. */
  onSent(at: number, bytes: number): void;
  onWhole(): void;
  signal: AbortSignal;
}

/** How the request ended: `done`: every file has its answer. `none`: the connection broke, and the rest is unknown. */
export type BatchEnd =
  | { kind: "done" }
  | { kind: "none" }
  | { kind: "refused"; refusal: ByteRefusal; waitMs: number | undefined };

/**
 * Longer than any server takes to make the files of a request durable, and longer than a working connection is silent.
 */
const SILENCE_MS = 90_000;
const OK = 200;

/** Sends files with their digests in one request, or asks about some. Rejects when the signal aborts. */
export async function sendBatch(request: BatchRequest): Promise<BatchEnd> {
  const { pieces, onWhole, signal } = request;
  const lines = new AnswerLines(request);
  const answer = await sendBytes({
    method: "POST",
    path: pathOf(request),
    headers: { "content-type": "application/octet-stream" },
    body: new Blob(pieces.flatMap(({ line, bytes }) => [line, bytes])),
    silenceMs: SILENCE_MS,
    onSent: progressOf(request),
    onWhole,
    onText: (text) => lines.take(text),
    signal,
  });
  if (answer.kind === "none") return { kind: "none" };
  if (answer.status === OK) {
    lines.take(answer.text);
    return lines.end ?? { kind: "none" };
  }
  const seconds = Number(answer.retryAfter ?? "");
  return { kind: "refused", refusal: refusalIn(answer), waitMs: seconds > 0 ? seconds * 1000 : undefined };
}

function pathOf({ baseId, isReplacement }: BatchRequest): string {
  const query = new URLSearchParams();
  if (baseId !== 0) query.set("folder_id", String(baseId));
  if (isReplacement) query.set("on_conflict", "replace");
  return query.size === 0 ? "/x/v1/batch" : `/x/v1/batch?${query}`;
}

/** Reports the bytes sent of each file, computed from the bytes sent of the whole. */
function progressOf({ pieces, onSent }: BatchRequest): (sentBytes: number) => void {
  let at = 0;
  let begin = 0;
  return (sentBytes) => {
    for (; at < pieces.length; at += 1) {
      const { line, bytes } = pieces[at] ?? { line: new Uint8Array(), bytes: new ArrayBuffer() };
      const end = begin + line.byteLength + bytes.byteLength;
      onSent(at, Math.max(0, Math.min(end, sentBytes) - begin - line.byteLength));
      if (sentBytes < end) return;
      begin = end;
    }
  };
}

/**
 * The lines of an answer as it arrives: one for each file, in the order in which they are durable, and one at the end.
 */
class AnswerLines {
  readonly #onAnswer: BatchRequest["onAnswer"];
  #readTo = 0;
  end: BatchEnd | undefined;

  constructor({ onAnswer }: BatchRequest) {
    this.#onAnswer = onAnswer;
  }

  /** @param text everything that has arrived so far */
  take(text: string): void {
    for (let end = text.indexOf("\n", this.#readTo); end !== -1; end = text.indexOf("\n", this.#readTo)) {
      this.#line(objectIn(text.slice(this.#readTo, end)));
      this.#readTo = end + 1;
    }
  }

  #line(told: Record<string, unknown>): void {
    if (told["status"] === "OK") this.end = { kind: "done" };
    else if (told["status"] === "KO") this.end = { kind: "refused", refusal: errorIn(told), waitMs: undefined };
    else if (typeof told["file"] === "number") this.#onAnswer(told["file"], answerIn(told));
  }
}

function answerIn(told: Record<string, unknown>): BatchAnswer {
  const { url, filename, outcome } = told;
  if (typeof url === "string")
    return { kind: "stored", url, name: String(filename), hasReplaced: outcome === "replaced" };
  return outcome === "absent" ? { kind: "absent" } : { kind: "refused", ...errorIn(told) };
}

function errorIn({ error }: Record<string, unknown>): ByteRefusal {
  const status: unknown = objectIn(JSON.stringify(error ?? {}))["status"];
  return refusalIn({ status: typeof status === "number" ? status : 0, text: JSON.stringify(error ?? {}) });
}

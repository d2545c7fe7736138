import { SESSION_HEADER } from "./client.ts";
import type { NamedRefusal } from "./refusal-texts.ts";

export interface ByteRequest {
  method: "POST" | "PUT";
  path: string;
  headers: Readonly<Record<string, string>>;
  body: FormData | Blob;
  /** Ends the request when nothing has been transferred for this long; undefined: the caller decides. */
  silenceMs?: number;
  /** Bytes of the body sent so far, and in total. */
  onSent(sentBytes: number, allBytes: number): void;
  /** All of it was sent. */
  onWhole?(): void;
  /** The text of a successful answer so far. */
  onText?(text: string): void;
  signal: AbortSignal;
}

/** `none`: the connection failed, or the file could not be read; the browser does not say which. */
export type ByteAnswer =
  | { kind: "answer"; status: number; text: string; retryAfter: string | null }
  | { kind: "none"; isWhole: boolean };

/** Uses XMLHttpRequest, because fetch does not report upload progress. Rejects when the signal aborts. */
export function sendBytes(input: ByteRequest): Promise<ByteAnswer> {
  const { method, path, headers, body, onSent, onWhole, onText, signal } = input;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let isWhole = false;
    const abort = () => request.abort();
    const watch = watchOver(input.silenceMs, abort);
    request.open(method, path);
    for (const [name, value] of Object.entries({ ...SESSION_HEADER, ...headers }))
      request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      watch.moved();
      onSent(loaded, total);
    });
    request.upload.addEventListener("load", () => {
      watch.moved();
      isWhole = true;
      onWhole?.();
    });
    request.addEventListener("progress", () => {
      watch.moved();
      if (request.status === 200) onText?.(request.responseText);
    });
    request.addEventListener("load", () => {
      const { status, responseText: text } = request;
      resolve({ kind: "answer", status, text, retryAfter: request.getResponseHeader("retry-after") });
    });
    request.addEventListener("error", () => resolve({ kind: "none", isWhole }));
    request.addEventListener("abort", () => {
      if (signal.aborted) reject(cancelled());
      else resolve({ kind: "none", isWhole });
    });
    request.addEventListener("loadend", () => {
      watch.end();
      signal.removeEventListener("abort", abort);
    });
    signal.addEventListener("abort", abort);
    // An already aborted signal counts too.
    if (!signal.aborted) return request.send(body);
    watch.end();
    reject(cancelled());
  });
}

const cancelled = () => new DOMException("The upload was cancelled.", "AbortError");

/** A connection that died while a laptop was closed may stay silent for a quarter of an hour. */
function watchOver(silenceMs: number | undefined, giveUp: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = () => clearTimeout(timer);
  const moved = () => {
    end();
    if (silenceMs !== undefined) timer = setTimeout(giveUp, silenceMs);
  };
  moved();
  return { moved, end };
}

/** If a file changed during the upload, the browser only says that the connection failed. */
export async function isReadable(blob: Blob): Promise<boolean> {
  try {
    await blob.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** The content of a refusal; `number` distinguishes refusals with the same status. */
export interface ByteRefusal extends NamedRefusal {
  status: number;
  /** The server's message. */
  said: string;
}

export function refusalIn({ status, text }: { status: number; text: string }): ByteRefusal {
  const { message, reason, reason_value: value } = objectIn(text);
  const all = typeof message === "string" ? message : `HTTP ${status}`;
  const [, said = all, number] = /^(.*) #(\d+)$/s.exec(all) ?? [];
  return {
    status,
    said,
    number: number === undefined ? undefined : Number(number),
    reason: typeof reason === "string" ? reason : undefined,
    reasonValue: typeof value === "string" ? value : undefined,
  };
}

export function objectIn(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

import { SESSION_HEADER } from "./client.ts";
import type { NamedRefusal } from "./refusal-texts.ts";

export interface ByteRequest {
  method: "POST" | "PUT";
  path: string;
  headers: Readonly<Record<string, string>>;
  body: FormData | Blob;
  /** Ends it when nothing has moved for so long; undefined: whoever sent it waits. */
  silenceMs?: number;
  /** Bytes of the body that have left, and all that there are. */
  onSent(sentBytes: number, allBytes: number): void;
  /** All of it has left. */
  onWhole?(): void;
  /** What has come of an answer that is not refused, each time more of it. */
  onText?(text: string): void;
  signal: AbortSignal;
}

/** `none`: the connection failed, or the file could not be read; the browser does not say which. */
export type ByteAnswer =
  | { kind: "answer"; status: number; text: string; retryAfter: string | null }
  | { kind: "none"; isWhole: boolean };

/** By XMLHttpRequest, since fetch tells nothing of what has left. Rejects when the signal ends it. */
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
    // Told beforehand too.
    if (!signal.aborted) return request.send(body);
    watch.end();
    reject(cancelled());
  });
}

const cancelled = () => new DOMException("The upload was cancelled.", "AbortError");

/** A line that died while a laptop was closed may say nothing for a quarter of an hour. */
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

/** A browser tells no more of a file that changed under it than that the connection failed. */
export async function isReadable(blob: Blob): Promise<boolean> {
  try {
    await blob.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** What a refusal says; `number` tells it apart from others of the same status. */
export interface ByteRefusal extends NamedRefusal {
  status: number;
  /** In the words of the server. */
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

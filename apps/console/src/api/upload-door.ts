import { client, SESSION_HEADER } from "./client.ts";
import { isLineFailure, serverAnswers } from "./line.ts";

/** The reference's number of the refusal; others have the same status, such as that of a full account. */
const NOT_AUTHENTICATED = / #12$/;

/** What became of one file. */
export type Sent =
  | { kind: "stored"; url: string; name: string }
  /** Nothing was kept. */
  | { kind: "lost" }
  /** Everything was sent, and nobody says what became of it. */
  | { kind: "unclear" }
  /** The file on this side changed or vanished. */
  | { kind: "unreadable" }
  /** The server's words. */
  | { kind: "refused"; reason: string; isSessionOver: boolean };

export interface UploadHooks {
  /** Bytes that have left, of the file alone. */
  onSent(bytes: number): void;
  /** Everything has left; the server stores and checks. */
  onWhole(): void;
  signal: AbortSignal;
}

/** The door that takes uploads, `upload.cgi`: the one place that knows how a file gets to the server. */
export async function sendFile(file: File, to: { folderId: number; name: string }, hooks: UploadHooks): Promise<Sent> {
  // Named beforehand, so that its report can be asked for when the answer gets lost.
  const { id } = await client.call("uploadGetUploadServer", {}, { signal: hooks.signal });
  if (!(await isReadable(file))) return { kind: "unreadable" };
  const answer = await post(`/upload.cgi?id=${id}`, formOf(file, to), hooks, file.size);
  if (answer.kind === "answer") return readAnswer(answer);
  if (answer.isWhole) return await askWhatBecame(id, hooks.signal);
  return (await isReadable(file)) ? { kind: "lost" } : { kind: "unreadable" };
}

function formOf(file: File, { folderId, name }: { folderId: number; name: string }): FormData {
  const form = new FormData();
  form.set("did", String(folderId));
  form.set("only_did", "1");
  form.set("file[]", file, name);
  return form;
}

/** A browser tells no more of a file that changed under it than that the connection failed. */
async function isReadable(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

type Answer = { kind: "answer"; status: number; text: string } | { kind: "none"; isWhole: boolean };

/** By XMLHttpRequest, since fetch tells nothing of what has left. */
function post(
  path: string,
  form: FormData,
  { onSent, onWhole, signal }: UploadHooks,
  sizeBytes: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let isWhole = false;
    const abort = () => request.abort();
    request.open("POST", path);
    for (const [name, value] of Object.entries(SESSION_HEADER)) request.setRequestHeader(name, value);
    request.setRequestHeader("JSON", "1");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      // The form around the file is sent first and last.
      onSent(Math.max(0, Math.min(sizeBytes, loaded - (total - sizeBytes))));
    });
    request.upload.addEventListener("load", () => {
      isWhole = true;
      onWhole();
    });
    request.addEventListener("load", () =>
      resolve({ kind: "answer", status: request.status, text: request.responseText }),
    );
    request.addEventListener("error", () => resolve({ kind: "none", isWhole }));
    request.addEventListener("abort", () => reject(new DOMException("The upload was cancelled.", "AbortError")));
    request.addEventListener("loadend", () => signal.removeEventListener("abort", abort));
    signal.addEventListener("abort", abort);
    // Told beforehand too.
    if (signal.aborted) reject(new DOMException("The upload was cancelled.", "AbortError"));
    else request.send(form);
  });
}

function readAnswer({ status, text }: { status: number; text: string }): Sent {
  const body = parsed(text);
  const link = Array.isArray(body["links"]) ? (body["links"][0] as Record<string, unknown> | undefined) : undefined;
  if (status === 200 && typeof link?.["download"] === "string") {
    return { kind: "stored", url: link["download"], name: String(link["filename"]) };
  }
  const message = typeof body["message"] === "string" ? body["message"] : `HTTP ${status}`;
  return { kind: "refused", reason: message.replace(/ #\d+$/, ""), isSessionOver: NOT_AUTHENTICATED.test(message) };
}

function parsed(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Once the server answers again: sent once more, it might be there twice. */
async function askWhatBecame(id: string, signal: AbortSignal): Promise<Sent> {
  while (!signal.aborted) {
    await serverAnswers();
    try {
      const [file] = (await client.uploads.report(id))?.files ?? [];
      return file === undefined ? { kind: "unclear" } : { kind: "stored", url: file.url, name: file.name };
    } catch (error) {
      if (!isLineFailure(error)) return { kind: "unclear" };
    }
  }
  return { kind: "unclear" };
}

/** Largest file and more, as the server announces it. */
export async function largestFileBytes(): Promise<number | undefined> {
  try {
    return (await client.about())?.uploads?.maxFileBytes;
  } catch {
    return undefined;
  }
}

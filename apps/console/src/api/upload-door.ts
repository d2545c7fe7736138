import { type ByteAnswer, isReadable, objectIn, refusalIn, sendBytes } from "./byte-request.ts";
import { client } from "./client.ts";
import { isLineFailure, serverAnswers } from "./line.ts";
import { connections, refused, type SendTarget, type Sent, type UploadHooks } from "./sending.ts";

/** Smaller files go in one request: there is little to lose. */
const LEAST_PARTED_BYTES = 16 * 1024 ** 2;

/** Asked for once the page is there: after the server was updated, or without a network, it could not be had. */
export const loadPartDoor = () => import("./part-door.ts");

/** The one place that knows how a file gets to the server: by parts where it is large and the server takes them. */
export async function sendFile(file: File, to: SendTarget, hooks: UploadHooks): Promise<Sent> {
  if (file.size >= LEAST_PARTED_BYTES && (await takesParts())) {
    const { sendInParts } = await loadPartDoor();
    const sent = await sendInParts(file, to, hooks);
    if (sent !== undefined) return sent;
  }
  return await sendInOneRequest(file, to, hooks);
}

/** Whoever cancelled it wants nothing of it to stay on the server. */
export async function dropFile(file: File): Promise<void> {
  if (file.size >= LEAST_PARTED_BYTES) await (await loadPartDoor()).dropParts(file);
}

export const takesParts = async (): Promise<boolean> => (await client.about())?.extensions.includes("uploads") === true;

async function sendInOneRequest(file: File, to: SendTarget, hooks: UploadHooks): Promise<Sent> {
  // Named beforehand, so that its report can be asked for when the answer gets lost.
  const { id } = await client.call("uploadGetUploadServer", {}, { signal: hooks.signal });
  if (!(await isReadable(file))) return { kind: "unreadable" };
  const answer = await connections.use(hooks.signal, () => post(`/upload.cgi?id=${id}`, file, to, hooks));
  if (answer.kind === "answer") return readAnswer(answer);
  if (answer.isWhole) return await askWhatBecame(id, hooks.signal);
  return (await isReadable(file)) ? { kind: "lost" } : { kind: "unreadable" };
}

function post(path: string, file: File, { folderId, name }: SendTarget, hooks: UploadHooks): Promise<ByteAnswer> {
  const form = new FormData();
  form.set("did", String(folderId));
  form.set("only_did", "1");
  form.set("file[]", file, name);
  return sendBytes({
    method: "POST",
    path,
    headers: { JSON: "1" },
    body: form,
    // The form around the file is sent first and last.
    onSent: (sent, all) => hooks.onSent(Math.max(0, Math.min(file.size, sent - (all - file.size)))),
    onWhole: () => hooks.onState("verifying"),
    signal: hooks.signal,
  });
}

function readAnswer({ status, text }: { status: number; text: string }): Sent {
  const { links } = objectIn(text);
  const link = Array.isArray(links) ? (links[0] as Record<string, unknown> | undefined) : undefined;
  if (status === 200 && typeof link?.["download"] === "string") {
    return { kind: "stored", url: link["download"], name: String(link["filename"]) };
  }
  return refused(refusalIn({ status, text }));
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

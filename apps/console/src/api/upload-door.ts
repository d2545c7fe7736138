import { sleep } from "@consigne/sdk/wait";
import { type ByteAnswer, isReadable, objectIn, refusalIn, sendBytes } from "./byte-request.ts";
import { client } from "./client.ts";
import { isOfGateway } from "./line.ts";
import { connections, refused, type SendTarget, type Sent, type UploadHooks } from "./sending.ts";

/** Smaller files go together: there is little to lose. */
const LEAST_PARTED_BYTES = 16 * 1024 ** 2;

/** The reference's number for an upload whose id is taken. */
const STILL_RECEIVED = 571;

/** Asked for once the page is there: after the server was updated, or without a network, it could not be had. */
export const loadUploadWays = () => import("./upload-ways.ts");

/** Whether a file goes in a request with others: not what was begun by parts. */
export const goesTogether = (file: File, { uploadId }: Pick<SendTarget, "uploadId">): boolean =>
  file.size < LEAST_PARTED_BYTES && uploadId === undefined;

/** The one place that knows how a file gets to the server: with others, or by parts; either way its bytes are proved. */
export async function sendFile(file: File, to: SendTarget, hooks: UploadHooks): Promise<Sent> {
  const { sendInParts, sendTogether } = await loadUploadWays();
  // In a path it would be a folder.
  if (goesTogether(file, to) && !to.name.includes("/")) return await sendTogether(file, to, hooks);
  const sent = file.size === 0 ? undefined : await sendInParts(file, to, hooks);
  // Without bytes there is nothing to prove; or so many come by parts already that no more may.
  return sent ?? (await sendInOneRequest(file, to, hooks));
}

/** Whoever cancelled it wants nothing of it to stay on the server. */
export async function dropFile(file: File): Promise<void> {
  await (await loadUploadWays()).dropParts(file);
}

export const takesParts = async (): Promise<boolean> => (await client.about())?.extensions.includes("uploads") === true;

/** What went in one request and was not answered yet: the name that the server has for it, and when it was first sent. */
const unanswered = new WeakMap<File, { id: string; firstSentAt: number }>();

/** The server keeps the report of an upload for a day. */
const REPORT_SURE_MS = 12 * 3_600_000;
const LOOK_MS = 1000;
const MOST_LOOKS = 10;

/**
 * A line that breaks, or a pause, says nothing of what the server has: a browser may tell that all of a small file has left
 * only with the answer. So the next attempt asks for the report first, and sends under the same id, which the server gives
 * to one upload alone.
 */
async function sendInOneRequest(file: File, to: SendTarget, hooks: UploadHooks): Promise<Sent> {
  const before = unanswered.get(file);
  const arrived = before === undefined ? undefined : await reported(before.id, hooks.signal);
  if (arrived !== undefined) return answered(file, arrived);
  if (before !== undefined && Date.now() - before.firstSentAt > REPORT_SURE_MS)
    return answered(file, { kind: "unclear" });
  const id = before?.id ?? (await client.call("uploadGetUploadServer", {}, { signal: hooks.signal })).id;
  if (!(await isReadable(file))) return { kind: "unreadable" };
  unanswered.set(file, { id, firstSentAt: before?.firstSentAt ?? Date.now() });
  const answer = await connections.use(hooks.signal, () => post(`/upload.cgi?id=${id}`, file, to, hooks));
  if (answer.kind === "none") return (await isReadable(file)) ? { kind: "lost" } : { kind: "unreadable" };
  const { number } = refusalIn(answer);
  if (number === STILL_RECEIVED) return await finished(file, id, hooks.signal);
  if (number === undefined && isOfGateway(answer.status)) return { kind: "lost" };
  return answered(file, readAnswer(answer));
}

function answered(file: File, sent: Sent): Sent {
  unanswered.delete(file);
  return sent;
}

/** The server still works on what was sent under this id before. */
async function finished(file: File, id: string, signal: AbortSignal): Promise<Sent> {
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    await sleep(LOOK_MS, signal);
    const arrived = await reported(id, signal);
    if (arrived !== undefined) return answered(file, arrived);
  }
  return { kind: "lost" };
}

/** @throws what a call throws; asked again, it is as true as before */
async function reported(id: string, signal: AbortSignal): Promise<Sent | undefined> {
  const [file] = (await client.uploads.report(id, { signal }))?.files ?? [];
  return file === undefined ? undefined : { kind: "stored", url: file.url, name: file.name };
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

/** Largest file and more, as the server announces it. */
export async function largestFileBytes(): Promise<number | undefined> {
  try {
    return (await client.about())?.uploads?.maxFileBytes;
  } catch {
    return undefined;
  }
}

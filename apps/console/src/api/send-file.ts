import { sleep } from "@consigne/sdk/wait";
import { type ByteAnswer, isReadable, objectIn, refusalIn, sendBytes } from "./byte-request.ts";
import { client } from "./client.ts";
import { isOfGateway } from "./line.ts";
import { connections, refused, type SendTarget, type Sent, type UploadHooks } from "./sending.ts";

/** Smaller files go together: there is little to lose. */
const LEAST_PARTED_BYTES = 16 * 1024 ** 2;

/** The API's number for an upload whose id is taken. */
const STILL_RECEIVED = 571;

/**
 * Loaded as soon as the page is there: after an update of the server, or without a network, that would be impossible.
 */
export const loadUploadWays = () => import("./upload-ways.ts");

/** Whether a file goes in a request with others: not if it was begun in parts. */
export const goesTogether = (file: File, { uploadId }: Pick<SendTarget, "uploadId">): boolean =>
  file.size < LEAST_PARTED_BYTES && uploadId === undefined;

/**
 * The one place that knows how a file gets to the server: with others, or in parts; its bytes are verified either way.
 */
export async function sendFile(file: File, to: SendTarget, hooks: UploadHooks): Promise<Sent> {
  const { sendInParts, sendTogether } = await loadUploadWays();
  // In a path, the slash would create a folder.
  if (goesTogether(file, to) && !to.name.includes("/")) return await sendTogether(file, to, hooks);
  const sent = file.size === 0 ? undefined : await sendInParts(file, to, hooks);
  // Empty files need no verification; or there are already too many uploads in parts.
  return sent ?? (await sendInOneRequest(file, to, hooks));
}

/** After cancelling, nothing of it should stay on the server. */
export async function dropFile(file: File): Promise<void> {
  await (await loadUploadWays()).dropParts(file);
}

export const takesParts = async (): Promise<boolean> => (await client.about())?.extensions.includes("uploads") === true;

/** Files sent in a single request without an answer so far: the server's id, and when they were first sent. */
const unanswered = new WeakMap<File, { id: string; firstSentAt: number }>();

/** The server keeps the report of an upload for a day. */
const REPORT_SURE_MS = 12 * 3_600_000;
const LOOK_MS = 1000;
const MOST_LOOKS = 10;

/**
 * After a broken connection or a pause, it is unknown what the server has: the browser may report that all of a small
 * file was sent only together with the answer. So the next attempt first asks for the report, and sends under the same
 * id, which the server accepts for one upload only.
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

/** The server is still processing what was sent under this id before. */
async function finished(file: File, id: string, signal: AbortSignal): Promise<Sent> {
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    await sleep(LOOK_MS, signal);
    const arrived = await reported(id, signal);
    if (arrived !== undefined) return answered(file, arrived);
  }
  return { kind: "lost" };
}

/** @throws what a call throws; it can be repeated */
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

/** The largest file size and other limits, as the server announces them. */
export async function largestFileBytes(): Promise<number | undefined> {
  try {
    return (await client.about())?.uploads?.maxFileBytes;
  } catch {
    return undefined;
  }
}

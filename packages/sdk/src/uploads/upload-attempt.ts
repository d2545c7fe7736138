import { platform } from "#platform";
import type { ByteContext } from "../byte-context.ts";
import { type RefusalReading, refusalOf } from "../calls/byte-refusal.ts";
import type { RunningHash } from "../hashing/hasher.ts";
import { isConnectionFailure } from "../platform/connection-failure.ts";
import type { ByteResponse } from "../platform/platform.ts";
import { readText } from "../platform/read-text.ts";
import { isStorageFailure, readFailurePage } from "./failure-page.ts";
import type { SentFile } from "./match-files.ts";
import { MultipartBody } from "./multipart-body.ts";
import type { UploadNode } from "./upload-node.ts";
import { parseUploadReport, type UploadReport } from "./upload-report.ts";
import type { UploadSource } from "./upload-source.ts";

/** A file that is being sent. Its Whirlpool is known once its bytes were read to the end. */
export interface OutgoingFile extends SentFile {
  index: number;
  source: UploadSource;
}

export interface UploadSettings {
  folderId: number | undefined;
  domain: number | undefined;
  password: string | undefined;
}

/** How one attempt to send an upload ended. */
export type AttemptOutcome =
  /** The node has everything; its report has yet to be read. */
  | { kind: "received"; reportUrl: string }
  | { kind: "reported"; report: UploadReport }
  /** Certainly nothing was kept; another attempt may succeed. */
  | { kind: "lost"; error: Error }
  /** Everything was sent and no answer came: it may have been kept. */
  | { kind: "unclear"; error: Error };

const MAX_ANSWER_BYTES = 1024 * 1024;
/** How errors and hooks name an upload. */
export const UPLOAD_ENDPOINT = "upload.cgi";

/**
 * Sends the files once. Their checksums are computed as the bytes go by.
 * @throws {ApiError} an error that would be the same next time
 * @throws {LocalFileError} a source cannot be read, or is not as announced
 */
export async function sendUpload(
  context: ByteContext,
  node: UploadNode,
  files: readonly OutgoingFile[],
  settings: UploadSettings,
  onSent: (sentOfFiles: readonly number[]) => void,
  signal: AbortSignal | undefined,
): Promise<AttemptOutcome> {
  const hashes = new FileHashes(context, files);
  const body = new MultipartBody({
    fields: fieldsOf(settings, context),
    files,
    onChunk: (index, chunk) => hashes.update(index, chunk),
    onFileEnd: (index) => hashes.end(index),
    onSent: (sentBytes) => onSent(body.sentOfFiles(sentBytes)),
  });
  const key = await context.keys.current();
  try {
    const response = await platform.send({
      method: "POST",
      url: node.uploadUrl,
      headers: { "content-type": body.contentType, JSON: "1", ...bearer(key) },
      body,
      signal,
      idleTimeoutMs: context.waits.idleTimeoutMs,
      answerTimeoutMs: context.waits.answerTimeoutMs,
    });
    const outcome = await outcomeOf(response, node, {
      endpoint: UPLOAD_ENDPOINT,
      isOriginal: context.isOriginal,
      secrets: [key, settings.password],
    });
    return outcome.kind === "unclear" && !body.isExhausted ? { ...outcome, kind: "lost" } : outcome;
  } catch (error) {
    if (!isConnectionFailure(error)) throw error;
    return body.isExhausted ? { kind: "unclear", error } : { kind: "lost", error };
  } finally {
    hashes.abort();
  }
}

export async function authorization({ keys }: Pick<ByteContext, "keys">): Promise<Record<string, string>> {
  return bearer(await keys.current());
}

const bearer = (key: string | undefined): Record<string, string> =>
  key === undefined ? {} : { authorization: `Bearer ${key}` };

function fieldsOf(
  { folderId, domain, password }: UploadSettings,
  { isOriginal }: Pick<ByteContext, "isOriginal">,
): [string, string][] {
  const fields: [string, string][] = [];
  if (folderId !== undefined) fields.push(["did", String(folderId)]);
  // If the folder is gone by now, files would be stored in the root.
  if (folderId !== undefined && !isOriginal) fields.push(["only_did", "1"]);
  if (domain !== undefined) fields.push(["domain", String(domain)]);
  if (password !== undefined && password !== "") fields.push(["dpass", password]);
  return fields;
}

/**
 * Success is a redirect to the report. A failure of 1fichier.com is a page with status 200, and its report must not be
 * requested.
 */
async function outcomeOf(response: ByteResponse, node: UploadNode, reading: RefusalReading): Promise<AttemptOutcome> {
  const { status } = response;
  const isRedirect = status >= 300 && status < 400;
  const text = await readText(response, MAX_ANSWER_BYTES).catch((error: unknown) => {
    // Of a redirect the head is what counts; its page may be cut off.
    if (isRedirect && isConnectionFailure(error)) return "";
    throw error;
  });
  if (isRedirect) return { kind: "received", reportUrl: redirectedTo(response.header("location"), node) };
  if (status >= 500 && status !== 507) return { kind: "unclear", error: refusalOf(response, text, reading) };
  if (status >= 400) throw refusalOf(response, text, reading);
  const report = parseUploadReport(text);
  if (report !== undefined) return { kind: "reported", report };
  const failure = readFailurePage(text);
  // Where redirects are followed by the runtime this is the report's page, which may still say "please wait".
  if (failure === undefined || REPORT_PATH.test(new URL(response.url).pathname)) {
    return { kind: "received", reportUrl: node.reportUrl };
  }
  if (isStorageFailure(failure)) return { kind: "lost", error: refusalOf(response, text, reading) };
  throw refusalOf(response, text, reading);
}

/** The key is sent to no host other than the node, wherever a redirect points. */
function redirectedTo(location: string | undefined, node: UploadNode): string {
  if (location === undefined || !URL.canParse(location, node.uploadUrl)) return node.reportUrl;
  const target = new URL(location, node.uploadUrl);
  const isReport = target.origin === new URL(node.uploadUrl).origin && REPORT_PATH.test(target.pathname);
  return isReport ? target.href : node.reportUrl;
}

const REPORT_PATH = /\/end\.pl$/;

/** One Whirlpool at a time: files of an upload follow each other. */
class FileHashes {
  readonly #context: ByteContext;
  readonly #files: readonly OutgoingFile[];
  #running: RunningHash | undefined;

  constructor(context: ByteContext, files: readonly OutgoingFile[]) {
    this.#context = context;
    this.#files = files;
  }

  update(_index: number, chunk: Uint8Array): void | Promise<void> {
    this.#running ??= this.#context.hasher.start();
    return this.#running.update(chunk);
  }

  async end(index: number): Promise<void> {
    const running = this.#running ?? this.#context.hasher.start();
    this.#running = undefined;
    const whirlpool = await running.digest();
    const file = this.#files[index];
    if (file !== undefined) file.whirlpool = whirlpool;
  }

  abort(): void {
    this.#running?.abort();
  }
}

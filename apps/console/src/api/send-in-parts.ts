import { isApiError, isNotFoundError, type PartUpload } from "@consigne/sdk";
import { client } from "./client.ts";
import { refusalOf } from "./failure.ts";
import { isLineFailure, serverAnswers } from "./line.ts";
import { discardUpload, whileAlone } from "./open-uploads.ts";
import { PartedFile } from "./parted-file.ts";
import { refused, type SendTarget, type Sent, type UploadHooks } from "./sending.ts";

/** How often an upload that ended on the server is started again. */
const MOST_BEGINNINGS = 3;
/** Error numbers of the API. */
const TOO_MANY_UPLOADS = 587;
const NO_SUCH_UPLOAD = 570;

/** What this page knows about sending a file. */
interface Way {
  upload?: PartUpload;
  /** Digests of its parts. */
  digests: Map<number, string>;
  /** Uploads with other bytes than the file, or that have ended. */
  unfit: Set<string>;
  /** An answer was lost, so the server may have an upload that we do not know. */
  mayHaveBegun: boolean;
  isDropped: boolean;
}

/** By the browser's file object: choosing the same file again creates another one, which is compared. */
const ways = new WeakMap<File, Way>();
/** Uploads that a file of this page is using. */
const taken = new Set<string>();

/** Undefined if the file has to go in one request. */
export async function sendInParts(file: File, to: SendTarget, hooks: UploadHooks): Promise<Sent | undefined> {
  const way = wayOf(file);
  try {
    for (let begun = 0; begun < MOST_BEGINNINGS; begun += 1) {
      const upload = (await findLeft(file, to, way)) ?? (await begin(file, to, way));
      if (upload === undefined || upload === "differs") return upload && { kind: "differs" };
      const sent = await carry(file, upload, { way, hooks, isOwn: upload.id === to.uploadId });
      if (sent !== "ended") return sent;
    }
    return refused({ said: "The upload ended on the server.", number: NO_SUCH_UPLOAD });
  } catch (error) {
    hooks.signal.throwIfAborted();
    if (isLineFailure(error)) return { kind: "lost" };
    if (isApiError(error)) return refused(refusalOf(error));
    throw error;
  }
}

/** Removes a file's upload from the server, as soon as the server answers. */
export async function dropParts(file: File): Promise<void> {
  const way = wayOf(file);
  way.isDropped = true;
  if (way.upload !== undefined) await discardSurely(way.upload.id);
}

function wayOf(file: File): Way {
  const known = ways.get(file);
  if (known !== undefined) return known;
  const way: Way = { digests: new Map(), unfit: new Set(), mayHaveBegun: false, isDropped: false };
  ways.set(file, way);
  return way;
}

/** An upload that was begun before, in this page or elsewhere. */
async function findLeft(file: File, to: SendTarget, way: Way): Promise<PartUpload | "differs" | undefined> {
  const own = way.upload?.id ?? to.uploadId;
  if (own !== undefined && !taken.has(own)) {
    const left = await findOwn(own);
    if (way.unfit.has(own)) {
      // Sending it again after the warning means that these bytes are wanted.
      if (left !== undefined) await discardUpload(own);
    } else if (left !== undefined && left.sizeBytes !== file.size) {
      way.unfit.add(own);
      return "differs";
    } else if (left !== undefined && left.folderId === to.folderId) {
      return left;
    }
  }
  for await (const upload of client.partUploads.list()) {
    const isAlike = upload.name === to.name && upload.folderId === to.folderId && upload.sizeBytes === file.size;
    if (!isAlike || upload.hasPassword || upload.isByTus || taken.has(upload.id) || way.unfit.has(upload.id)) continue;
    // If nothing has arrived, nobody can tell whose it is.
    if (upload.receivedParts > 0 || way.mayHaveBegun) return upload;
  }
  return undefined;
}

async function findOwn(id: string): Promise<PartUpload | undefined> {
  try {
    return await client.partUploads.get(id);
  } catch (error) {
    if (isNotFoundError(error)) return undefined;
    throw error;
  }
}

/** Does not take a signal: the server might have begun it, and nobody would know. */
async function begin(
  file: File,
  { folderId, name, isReplacement = false }: SendTarget,
  way: Way,
): Promise<PartUpload | undefined> {
  const contentType = file.type === "" ? {} : { contentType: file.type };
  way.mayHaveBegun = true;
  try {
    return await client.partUploads.create({
      folderId,
      name,
      sizeBytes: file.size,
      hasLink: !isReplacement,
      ...contentType,
    });
  } catch (error) {
    if (isApiError(error)) way.mayHaveBegun = false;
    if (isApiError(error) && error.number === TOO_MANY_UPLOADS) return undefined;
    throw error;
  }
}

interface Carrying {
  way: Way;
  hooks: UploadHooks;
  /** Begun for this file before the page was reloaded. */
  isOwn: boolean;
}

async function carry(file: File, upload: PartUpload, { way, hooks, isOwn }: Carrying): Promise<Sent | "ended"> {
  if (way.upload?.id !== upload.id) way.digests.clear();
  way.mayHaveBegun = false;
  // An upload that somebody else may be sending only belongs to this file once everything received was compared.
  const adopt = () => {
    way.upload = upload;
    hooks.onBegun?.(upload.id, upload.url);
  };
  if (isOwn || upload.receivedParts === 0) adopt();
  if (way.isDropped) {
    if (way.upload?.id === upload.id) await discardSurely(upload.id);
    hooks.signal.throwIfAborted();
  }
  taken.add(upload.id);
  try {
    const run = () => new PartedFile({ file, upload, digests: way.digests, hooks, onSame: adopt }).run();
    const sent = (await whileAlone(upload.id, run)) ?? ({ kind: "elsewhere" } as const);
    if (sent === "ended" || sent.kind === "differs") way.unfit.add(upload.id);
    if (sent === "ended") delete way.upload;
    return sent;
  } finally {
    taken.delete(upload.id);
  }
}

async function discardSurely(id: string): Promise<void> {
  for (;;) {
    try {
      return await discardUpload(id);
    } catch (error) {
      if (!isLineFailure(error)) return;
      await serverAnswers();
    }
  }
}

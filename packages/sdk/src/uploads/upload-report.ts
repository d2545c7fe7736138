import { readWhirlpool } from "../hashing/whirlpool-text.ts";
import { findNumber } from "../resources/wire-values.ts";

/** A file that has arrived. */
export interface UploadedFile {
  /** Its link. */
  url: string;
  /** As the server stores it; it may have changed characters it does not allow. */
  name: string;
  sizeBytes: number;
  /** 128 lower-case hex digits, as computed by the server; empty when it sent none, as of what came in parts. */
  whirlpool: string;
  /** Removes the file without a key; absent for files of an account. */
  removalUrl?: string;
  /** The entry of the report, or of the listing the file was found in, untouched. */
  raw: unknown;
}

/** What `end.pl` says about an upload. */
export interface UploadReport {
  /** The files went to the recipient's incoming folder and are not to be seen by the sender. */
  isIncoming: boolean;
  files: UploadedFile[];
}

/**
 * Reads a report. Undefined when the text is none: while its antivirus works, a node of 1fichier.com answers a page of
 * HTML ("Please wait") even to who asks for JSON, or JSON without links.
 */
export function parseUploadReport(text: string): UploadReport | undefined {
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(report) || !Array.isArray(report["links"])) return undefined;
  const files = report["links"].map(uploadedFile);
  return files.every((file) => file !== undefined)
    ? { isIncoming: Number(report["incoming"] ?? 0) === 1, files }
    : undefined;
}

function uploadedFile(link: unknown): UploadedFile | undefined {
  if (!isObject(link)) return undefined;
  const { download: url, filename: name, size, whirlpool, remove } = link;
  const sizeBytes = findNumber(size);
  if (typeof url !== "string" || url === "" || typeof name !== "string" || sizeBytes === undefined) {
    return undefined;
  }
  return {
    url,
    name,
    sizeBytes,
    whirlpool: readWhirlpool(whirlpool) ?? "",
    ...(typeof remove === "string" && /^https?:/.test(remove) ? { removalUrl: remove } : {}),
    raw: link,
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

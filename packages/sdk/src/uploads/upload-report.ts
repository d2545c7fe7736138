import { readWhirlpool } from "../hashing/whirlpool-text.ts";
import { findNumber } from "../resources/wire-values.ts";

/** An uploaded file. */
export interface UploadedFile {
  /** Its link. */
  url: string;
  /** As the server stores it; it may have replaced characters that it does not allow. */
  name: string;
  sizeBytes: number;
  /** 128 lower-case hex digits, computed by the server; empty if it sent none, as for uploads in parts. */
  whirlpool: string;
  /** Removes the file without a key; absent for files of an account. */
  removalUrl?: string;
  /** The entry of the report, or of the listing that the file was found in, unchanged. */
  raw: unknown;
}

/** What `end.pl` says about an upload. */
export interface UploadReport {
  /** The files went to the recipient's incoming folder; the sender cannot see them. */
  isIncoming: boolean;
  files: UploadedFile[];
}

/**
 * Parses a report. Undefined if the text is not one: while its virus scan runs, a node of 1fichier.com sends an HTML
 * page ("Please wait"), even to callers that ask for JSON, or JSON without links.
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

import type { PartUpload, ReceivedPart, ReceivedTail, UploadedFile } from "@consigne/core";
import type { Selectable } from "kysely";
import { parseJson, toDate } from "../columns.ts";
import type {
  PartUploadsTable,
  UploadLinksTable,
  UploadPartsTable,
  UploadStreamsTable,
} from "./part-upload-columns.ts";

/** Joined with the rows of its stream and its link, if any. */
type UploadRow = Selectable<PartUploadsTable> & {
  [Column in keyof (UploadStreamsTable & UploadLinksTable)]: (UploadStreamsTable & UploadLinksTable)[Column] | null;
};

export function toUpload(row: UploadRow): PartUpload {
  return {
    id: row.id,
    accountId: row.account_id,
    folderId: row.folder_id,
    name: row.name,
    contentType: row.content_type,
    domain: row.domain,
    passwordHash: row.password_hash ?? undefined,
    blob: { key: row.bytes_key, transfer: row.transfer, sizeBytes: row.size_bytes, partBytes: row.part_bytes },
    createdAt: toDate(row.created_at),
    expiresAt: toDate(row.expires_at),
    receivedParts: row.received_parts,
    receivedBytes: row.received_bytes,
    stream: toStream(row),
    link: toLink(row),
    file: row.file === null ? undefined : parseJson<UploadedFile>(row.file),
  };
}

function toLink({ link_id, paced_since, paced_bytes, last_bytes_at }: UploadRow): PartUpload["link"] {
  if (link_id === null || paced_since === null || paced_bytes === null || last_bytes_at === null) return undefined;
  return { id: link_id, pacedSince: toDate(paced_since), pacedBytes: paced_bytes, lastBytesAt: toDate(last_bytes_at) };
}

export function toPart({ number, sha256, tag, leaves }: Selectable<UploadPartsTable>): ReceivedPart {
  return { number, sha256, tag, leaves: fromBase64(leaves) };
}

function toStream({ metadata, tail_bytes, tail_tag, tail_leaves }: UploadRow): PartUpload["stream"] {
  if (metadata === null) return undefined;
  const hasTail = tail_bytes !== null && tail_bytes > 0;
  const tail = { sizeBytes: tail_bytes ?? 0, tag: tail_tag ?? "", leaves: fromBase64(tail_leaves ?? "") };
  return { metadata, tail: hasTail ? tail : undefined };
}

export const fromTail = (tail: ReceivedTail | undefined) => ({
  tail_bytes: tail?.sizeBytes ?? 0,
  tail_tag: tail?.tag ?? "",
  tail_leaves: toBase64(tail?.leaves ?? new Uint8Array(0)),
});

export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));

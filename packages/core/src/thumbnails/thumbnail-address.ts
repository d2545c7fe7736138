import type { StoredFile } from "../files/file.ts";
import { isSameSecret } from "../same-secret.ts";

/** The contents of a thumbnail address: whose right is used, for what, and until when. */
export interface ThumbnailAddress {
  readonly fileId: string;
  /**
   * Beginning of the checksum or, until that is known, of the content's id: another content has another address, so the
   * response at an address never changes.
   */
  readonly content: string;
  readonly accountId: string;
  /** Exactly one of the two: if it ends, so does access. */
  readonly apiKeyId: string | undefined;
  readonly sessionId: string | undefined;
  readonly endsAt: Date;
}

export const MARKED_ABOUT = "thumbnail";
const MARK_LENGTH = 22;
const HOUR_MS = 3_600_000;
const FORM = /^[\w-]{40,400}$/;
const CONTENT_LENGTH = 12;

export const contentOf = ({ whirlpool, blobId }: Pick<StoredFile, "whirlpool" | "blobId">): string =>
  (whirlpool ?? blobId).slice(0, CONTENT_LENGTH);

/** Base64url; always the same text for the same values, so that browsers can cache it. */
export function writeAddress(address: ThumbnailAddress, mark: (text: string) => string): string {
  const { fileId, content, accountId, apiKeyId = "", sessionId = "", endsAt } = address;
  const parts = [fileId, content, accountId, apiKeyId, sessionId, endsAt.getTime() / HOUR_MS];
  const text = Buffer.from(parts.join(" ")).toString("base64url");
  return `${text}${mark(text)}`;
}

/** Undefined for text that this server did not write. */
export function readAddress(text: string, mark: (text: string) => string): ThumbnailAddress | undefined {
  if (!FORM.test(text)) return undefined;
  const said = text.slice(0, -MARK_LENGTH);
  if (!isSameSecret(text.slice(-MARK_LENGTH), mark(said))) return undefined;
  const [fileId = "", content = "", accountId = "", apiKeyId = "", sessionId = "", hours] = Buffer.from(
    said,
    "base64url",
  )
    .toString()
    .split(" ");
  return {
    fileId,
    content,
    accountId,
    apiKeyId: apiKeyId === "" ? undefined : apiKeyId,
    sessionId: sessionId === "" ? undefined : sessionId,
    endsAt: new Date(Number(hours) * HOUR_MS),
  };
}

import type { RemoteItem, RemoteRequest } from "./remote-upload.ts";

/** Of what has ended, per account: links live for long addresses too. */
export const KEPT_ENDED = { requests: 1000, bytes: 4 * 1024 ** 2 };
/** Of what waits, per account: addresses, and names, passwords and headers as they are kept. */
export const MOST_OPEN_BYTES = 16 * 1024 ** 2;
/** A page is made in one go, and addresses may be long: what goes beyond is on the next one. */
const PAGE_BYTES = 256 * 1024;

/** What a row takes besides its texts. */
const ITEM_BYTES = 200;

export function remoteBytesOf(
  items: readonly Pick<RemoteItem, "url" | "sealedUrl">[],
  sealedHeaders: string | undefined,
): number {
  const texts = (sealedHeaders ?? "").length;
  return items.reduce(
    (sum, { url, sealedUrl = "" }) => sum + ITEM_BYTES + Buffer.byteLength(url) + sealedUrl.length,
    texts,
  );
}

/** The first of them that make a page; one at least. */
export function pageOf(requests: readonly RemoteRequest[]): RemoteRequest[] {
  let bytes = 0;
  return requests.filter(({ sizeBytes }, at) => (bytes += sizeBytes) <= PAGE_BYTES || at === 0);
}

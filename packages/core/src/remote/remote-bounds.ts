import type { RemoteItem, RemoteRequest } from "./remote-upload.ts";

/** Ended requests kept per account, and their size, because addresses may be long. */
export const KEPT_ENDED = { requests: 1000, bytes: 4 * 1024 ** 2 };
/** Waiting requests per account: addresses, names, passwords and headers as stored. */
export const MOST_OPEN_BYTES = 16 * 1024 ** 2;
/** A page is built in one go, and addresses may be long: the rest goes to the next page. */
const PAGE_BYTES = 256 * 1024;

/** Approximate size of a row without its texts. */
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

/** The first requests that make up a page; at least one. */
export function pageOf(requests: readonly RemoteRequest[]): RemoteRequest[] {
  let bytes = 0;
  return requests.filter(({ sizeBytes }, at) => (bytes += sizeBytes) <= PAGE_BYTES || at === 0);
}

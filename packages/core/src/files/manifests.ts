import type { Repositories } from "../ports/database.ts";
import { LEAF_BYTES, LEAF_DIGEST_BYTES, leafCountOf, LEAVES_PER_PAGE } from "./manifest-format.ts";

/**
 * Smaller contents are verified as quickly by their Whirlpool checksum, and ten million small files need no manifests.
 */
export const LEAST_MANIFEST_BYTES = 2 * LEAF_BYTES;

type Rows = Pick<Repositories, "blobs" | "manifests">;

/**
 * Stores the manifest of a content, in the transaction in which it was looked up.
 * @param parts digests in leaf order, in pieces of any length
 * @returns false if it is incomplete; the content is then not marked as having leaves
 */
export async function keepManifest(
  rows: Rows,
  { id, sizeBytes }: { id: string; sizeBytes: number },
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<boolean> {
  const page = new Uint8Array(LEAVES_PER_PAGE * LEAF_DIGEST_BYTES);
  let [held, pages] = [0, 0];
  const keep = async () => {
    if (held === 0) return;
    await rows.manifests.set(id, pages, page.subarray(0, held));
    pages += 1;
    held = 0;
  };
  let total = 0;
  for await (const digests of parts) {
    for (let at = 0; at < digests.byteLength;) {
      const taken = digests.subarray(at, at + page.byteLength - held);
      page.set(taken, held);
      held += taken.byteLength;
      at += taken.byteLength;
      if (held === page.byteLength) await keep();
    }
    total += digests.byteLength;
  }
  await keep();
  const isWhole = total === leafCountOf(sizeBytes) * LEAF_DIGEST_BYTES;
  if (isWhole) await rows.manifests.setComplete(id, true);
  return isWhole;
}

/** The pages of a complete manifest. */
export async function* pagesOf(
  rows: Pick<Repositories, "manifests">,
  { id, sizeBytes }: { id: string; sizeBytes: number },
): AsyncGenerator<Uint8Array> {
  const count = Math.ceil(leafCountOf(sizeBytes) / LEAVES_PER_PAGE);
  for (let number = 0; number < count; number++) {
    const page = await rows.manifests.find(id, number);
    if (page !== undefined) yield page;
  }
}

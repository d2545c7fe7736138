import type { ByteContext } from "../byte-context.ts";
import { arrivalOf } from "../calls/retry-rules.ts";
import { isConsigneError } from "../error-guards.ts";
import { readWhirlpool } from "../hashing/whirlpool-text.ts";
import { present } from "../resources/wire-values.ts";

/** What the bytes of a file have to be, piece by piece. */
export interface Manifest {
  sizeBytes: number;
  /** Of the same content; undefined if the server has not computed it yet. */
  whirlpool: string | undefined;
  /** Bytes of each leaf but the last. */
  leafBytes: number;
  /** SHA-256 of each leaf, one after the other. */
  digests: Uint8Array;
}

export const DIGEST_BYTES = 32;
/** Smaller leaves would take more time and memory than the bytes that they verify. */
const LEAST_LEAF_BYTES = 64 * 1024;
const MOST_LEAF_BYTES = 16 * 1024 * 1024;
/** For a file of 32 TiB. */
const MOST_DIGEST_BYTES = 256 * 1024 * 1024;

/**
 * Asks for the manifest of a file. Undefined if the server has none, gives none, or gives an impossible one: then the
 * file is fetched as from any other server.
 */
export async function findManifest(
  { caller, about, retries }: Pick<ByteContext, "caller" | "about" | "retries">,
  file: { url: string; password: string | undefined; version: number | undefined },
  signal: AbortSignal | undefined,
): Promise<Manifest | undefined> {
  try {
    if ((await about?.())?.extensions.includes("manifests") !== true) return undefined;
    const body = { url: file.url, ...present({ pass: file.password, version: file.version }) };
    const first = await caller.call("manifestGet", body, { signal, retries });
    const { size: sizeBytes, leaf_size: leafBytes, checksum } = first;
    const wantedBytes = Math.ceil(sizeBytes / leafBytes) * DIGEST_BYTES;
    const isLeaf = Number.isInteger(leafBytes) && leafBytes >= LEAST_LEAF_BYTES && leafBytes <= MOST_LEAF_BYTES;
    const isPlausible = isLeaf && Number.isSafeInteger(sizeBytes) && wantedBytes <= MOST_DIGEST_BYTES;
    if (first.leaves === undefined || !isPlausible) return undefined;
    const digests = new Uint8Array(wantedBytes);
    let held = 0;
    for (let page = first; ;) {
      const bytes = bytesOf(page.leaves ?? "");
      if (bytes.byteLength === 0 || held + bytes.byteLength > wantedBytes) return undefined;
      digests.set(bytes, held);
      held += bytes.byteLength;
      if (page.next === undefined) break;
      page = await caller.call("manifestGet", { ...body, page: page.next }, { signal, retries });
      // Its bytes were replaced in the meantime.
      if (page.size !== sizeBytes) return undefined;
    }
    return held === wantedBytes ? { sizeBytes, whirlpool: readWhirlpool(checksum), leafBytes, digests } : undefined;
  } catch (error) {
    signal?.throwIfAborted();
    // The link reports in its own words what is wrong with the file. One that is still being uploaded was waited for
    // long enough.
    if (isConsigneError(error) && arrivalOf(error) === undefined) return undefined;
    throw error;
  }
}

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

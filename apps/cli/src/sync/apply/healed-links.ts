import type { Transfer } from "../plan/plan.ts";
import type { RemoteStore, StoredFile } from "../trees/remote-store.ts";
import type { LocalFile, RemoteFile } from "../trees/tree.ts";
import { packWhirlpool } from "../trees/whirlpool.ts";

/**
 * Gives the bytes of the sent files to the files that they replace, if the host can do that: people may know those
 * links. Returns the link that is kept for each sent one, which is then gone.
 */
export async function giveBytes(
  remote: Pick<RemoteStore, "replace">,
  pairs: readonly { url: string; by: string }[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const done = remote.replace === undefined ? [] : await remote.replace(pairs, signal);
  return new Map(pairs.filter((_, index) => done[index] === true).map(({ url, by }) => [by, url]));
}

/**
 * Links of damaged files that can be downloaded again. Sending the same bytes again repairs every file that has them;
 * the server is asked about it, once per folder, before anything is removed because of it.
 */
export async function healedLinks(
  remote: Pick<RemoteStore, "list">,
  folderId: number,
  {
    sent,
    stored,
    signal,
  }: { sent: readonly Transfer<LocalFile, RemoteFile>[]; stored: readonly StoredFile[]; signal: AbortSignal },
): Promise<ReadonlySet<string>> {
  const resent = sent.flatMap(({ replaced }, index) => {
    const whirlpool = packWhirlpool(stored[index]?.whirlpool ?? "");
    return replaced.filter((old) => old.isDamaged === true && old.whirlpool === whirlpool).map(({ url }) => url);
  });
  if (resent.length === 0) return new Set();
  try {
    const { files } = await remote.list(folderId, signal);
    const sound = new Set(files.filter(({ isDamaged }) => !isDamaged).map(({ url }) => url));
    return new Set(resent.filter((url) => sound.has(url)));
  } catch {
    // The new links then stay, like those of any other replaced file.
    signal.throwIfAborted();
    return new Set();
  }
}

/**
 * Decides which link of a file to keep and which to remove: one that people may know, if it leads to these bytes, is
 * preferred to the new one.
 */
export function settleLinks(
  arrived: string,
  replaced: readonly string[],
  { healed, given }: { healed: ReadonlySet<string>; given: ReadonlyMap<string, string> },
): { url: string; leaving: readonly string[] } {
  const has = given.get(arrived);
  if (has !== undefined) return { url: has, leaving: replaced.filter((each) => each !== has) };
  const url = replaced.find((each) => healed.has(each)) ?? arrived;
  return { url, leaving: [arrived, ...replaced].filter((each) => each !== url) };
}

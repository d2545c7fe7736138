import type { Transfer } from "../plan/plan.ts";
import type { RemoteStore, StoredFile } from "../trees/remote-store.ts";
import type { LocalFile, RemoteFile } from "../trees/tree.ts";
import { packWhirlpool } from "../trees/whirlpool.ts";

/**
 * What was sent gives its bytes to the files that are to be replaced, where the host can do that: people may know their
 * links. Returns the link that is kept, by that of what was sent, which is gone then.
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
 * Links of damaged files that can be fetched again. The same bytes sent again repair every file that has them; the
 * server is asked for it, once for a folder, before anything is removed for its sake.
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
    // Then the new links stay, as those of any other file that was replaced.
    signal.throwIfAborted();
    return new Set();
  }
}

/** Which link a file keeps and which go: one that people may know, where it leads to these bytes, before the new one. */
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

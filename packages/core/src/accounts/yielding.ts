import { bySystem } from "../policy/by-system.ts";
import type { Repositories } from "../ports/database.ts";
import type { TrashUsage } from "../trash/trash.ts";

const YIELDING_PER_STEP = 250;

/** What gives way to new files where an account lacks room: an entry of its trash, or an older version of a file. */
export interface Yielding {
  readonly id: number;
  /** Since when it lies there: the oldest goes first. */
  readonly since: Date;
  /** Files and folders, or 1 for a version. */
  readonly count: number;
  readonly sizeBytes: number;
}

export type OldestOf = Yielding & { readonly isVersion: boolean };

/** What counts beside the files and folders of an account: its trash, and older versions. */
export async function usageBeside(
  rows: Pick<Repositories, "trash" | "versions">,
  accountId: string,
): Promise<TrashUsage> {
  const [trash, versions] = [await rows.trash.getUsage(accountId), await rows.versions.getUsage(accountId)];
  return { count: trash.count + versions.count, sizeBytes: trash.sizeBytes + versions.sizeBytes };
}

/** The oldest of the trash and of older versions together, at most 250; not the entry `spared`, which is being put back. */
export async function listOldest(
  rows: Pick<Repositories, "trash" | "versions">,
  accountId: string,
  spared?: number,
): Promise<OldestOf[]> {
  const entries = await rows.trash.listOldest(accountId, YIELDING_PER_STEP, spared);
  const versions = await rows.versions.listOldest(accountId, YIELDING_PER_STEP);
  // Each list has as many as are taken, so that nothing that is left out is older than one of these.
  return [
    ...entries.map((each) => ({ ...each, isVersion: false })),
    ...versions.map((each) => ({ ...each, isVersion: true })),
  ]
    .toSorted((one, other) => one.since.getTime() - other.since.getTime())
    .slice(0, YIELDING_PER_STEP);
}

/** @param because why nobody is asked */
export async function endAll(
  rows: Pick<Repositories, "trash" | "versions">,
  ending: readonly OldestOf[],
  because: string,
): Promise<void> {
  const idsOf = (areVersions: boolean) =>
    ending.filter(({ isVersion }) => isVersion === areVersions).map(({ id }) => bySystem(id, because));
  await rows.trash.end(idsOf(false));
  await rows.versions.end(idsOf(true));
}

import { bySystem } from "../policy/by-system.ts";
import type { Repositories } from "../ports/database.ts";
import type { TrashUsage } from "../trash/trash.ts";

const YIELDING_PER_STEP = 250;

/** What is removed to make room for new files in an account: a trash entry, or an older version of a file. */
export interface Yielding {
  readonly id: number;
  /** When it went into the trash or became an older version: the oldest goes first. */
  readonly since: Date;
  /** Number of files and folders; 1 for a version. */
  readonly count: number;
  readonly sizeBytes: number;
}

export type OldestOf = Yielding & { readonly isVersion: boolean };

/** What counts besides the files and folders of an account: its trash and older versions. */
export async function usageBeside(
  rows: Pick<Repositories, "trash" | "versions">,
  accountId: string,
): Promise<TrashUsage> {
  const [trash, versions] = [await rows.trash.getUsage(accountId), await rows.versions.getUsage(accountId)];
  return { count: trash.count + versions.count, sizeBytes: trash.sizeBytes + versions.sizeBytes };
}

/**
 * The oldest trash entries and older versions together, at most 250; not the entry `spared`, which is being restored.
 */
export async function listOldest(
  rows: Pick<Repositories, "trash" | "versions">,
  accountId: string,
  spared?: number,
): Promise<OldestOf[]> {
  const entries = await rows.trash.listOldest(accountId, YIELDING_PER_STEP, spared);
  const versions = await rows.versions.listOldest(accountId, YIELDING_PER_STEP);
  // Each list is as long as the result may be, so nothing left out is older than one of these.
  return [
    ...entries.map((each) => ({ ...each, isVersion: false })),
    ...versions.map((each) => ({ ...each, isVersion: true })),
  ]
    .toSorted((one, other) => one.since.getTime() - other.since.getTime())
    .slice(0, YIELDING_PER_STEP);
}

/** @param because why nobody is asked for permission */
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

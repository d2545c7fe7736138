import type { RemovalTarget } from "../admission/removal-codes.ts";
import type { Actor } from "../policy/actor.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import { removeToTrash } from "../trash/trash-files.ts";
import { admitToRemoveFile } from "./file-access.ts";
import { fileRecords } from "./file-records.ts";
import { type BriefFile, briefFile } from "./file.ts";
import { forManyFiles } from "./many-files.ts";
import type { RemovableFile } from "./removed-files.ts";

/**
 * Removes all of these or none, into their owners' trash or permanently. Returns whether there are bytes to remove now.
 * @throws {DomainError} `file-not-found`
 */
export async function removeFiles(
  { database, clock, usualDays }: { database: Database; clock: Clock; usualDays: number },
  actor: Actor,
  targets: readonly RemovalTarget[],
): Promise<boolean> {
  const now = clock.now();
  return transactionAs(database, actor, async (rows, caller) => {
    const removed: (BriefFile & RemovableFile)[] = [];
    const references = targets.map(({ reference }) => reference);
    const access = forManyFiles(rows, caller, references);
    for (const target of targets) {
      const { id, file } = await admitToRemoveFile(access, caller, target, now);
      removed.push({ ...briefFile(file), id });
    }
    const { discarded } = await removeToTrash(rows, caller, removed, { now, usualDays });
    await rows.audit.append(fileRecords(caller, now, "file.remove", removed));
    return discarded > 0;
  });
}

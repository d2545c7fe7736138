import { counted, formatBytes } from "../../command-line/amounts.ts";
import { exitCodes } from "../../command-line/exit-codes.ts";
import { visible } from "../../command-line/visible-text.ts";
import type { Progress } from "../../progress/progress.ts";
import type { LeftOut, RunRecord, SyncAction, SyncStep, SyncWatcher } from "../apply/run-record.ts";

/** Lines of a list that are shown before the rest is only counted. */
const MOST_LINES = 20;

const past: Readonly<Record<SyncAction, (count: number) => string>> = {
  upload: (count) => `${count} sent`,
  download: (count) => `${count} fetched`,
  move: (count) => `${count} moved`,
  copy: (count) => `${count} copied`,
  delete: (count) => `${count} removed`,
  mkdir: (count) => `${counted(count, "folder")} created`,
  rmdir: (count) => `${counted(count, "folder")} removed`,
};

const phases = { scanning: "listing", comparing: "comparing", changing: undefined } as const;

/** Shows a run on the progress line. */
export function progressWatcher(progress: Progress): SyncWatcher {
  let isChanging = false;
  return {
    onPhase: (phase) => {
      isChanging = phase === "changing";
      progress.phase(phases[phase]);
    },
    onTotal: (files, bytes) => {
      if (isChanging) progress.expect({ files, bytes });
    },
    onBytes: (bytes) => {
      if (isChanging) progress.count({ bytes });
    },
    onStep: ({ action }) => {
      if (action === "upload" || action === "download") progress.count({ files: 1 });
    },
  };
}

/** One line for a step. */
export function describeStep({ action, path, fromPath, sizeBytes }: SyncStep): string {
  const size = sizeBytes === undefined || action === "delete" ? "" : ` (${formatBytes(sizeBytes)})`;
  const where = fromPath === undefined ? path : `${fromPath} -> ${path}`;
  return `${action.padEnd(8)} ${visible(where)}${size}`;
}

/**
 * The result of a run, for people. Notes only: a sync has no output data. `closing` says how much was transferred, and
 * how fast, if there is a terminal to show it on.
 */
export function noteSummary(
  record: RunRecord,
  note: (line: string) => void,
  isDryRun: boolean,
  closing?: string,
): void {
  noteList(
    note,
    "failed",
    record.failures.map(({ action, path, message }) => `${action} ${path}: ${message}`),
  );
  noteList(
    note,
    "in the way",
    record.conflicts.map(({ path, reason }) => `${path}: ${reason}`),
  );
  noteList(
    note,
    "set aside; rename or remove it",
    record.setAside.map(({ path, asidePath }) => `${path} is now ${asidePath}`),
  );
  noteList(
    note,
    "not removed",
    record.kept.map(({ path, reason }) => `${path}: ${reason}`),
  );
  noteList(note, "skipped", record.leftOut.map(describeLeftOut));
  noteList(
    note,
    "hidden by a newer file with the same name (consigne dedupe lists them)",
    record.hiddenFiles.map(({ path, count }) => (count === 1 ? path : `${path} (${count} times)`)),
  );
  const { files, bytes } = record.noRoom;
  if (files > 0)
    note(`no room for ${counted(files, "file")} (${formatBytes(bytes)}); free some space and run it again`);
  if (record.deletionWithheld !== undefined) note(record.deletionWithheld);
  const counts = describeCounts(record, closing !== undefined);
  const done = record.isEndedEarly ? "done before the run ended" : "done";
  note(`${isDryRun ? "would be" : done}: ${counts}${closing === undefined ? "" : `; ${closing}`}`);
}

function describeCounts(record: RunRecord, isSummedUp: boolean): string {
  const done = (Object.keys(past) as SyncAction[])
    .filter((action) => record.counts[action] > 0)
    .map((action) => past[action](record.counts[action]));
  const carried = record.carriedBytes > 0 && !isSummedUp ? [formatBytes(record.carriedBytes)] : [];
  const failed = record.failures.length > 0 ? [`${record.failures.length} failed`] : [];
  const { files, bytes } = record.postponed;
  const postponed = files > 0 ? [`${files} (${formatBytes(bytes)}) skipped by --max-transfer`] : [];
  return [...done, ...carried, `${record.unchangedFiles} unchanged`, ...postponed, ...failed].join(", ");
}

export function describeLeftOut({ path, why, detail }: LeftOut): string {
  return `${path}: ${why}${detail === undefined ? "" : `, ${detail}`}`;
}

export function noteList(note: (line: string) => void, title: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  note(`${title}: ${lines.length}`);
  for (const line of lines.slice(0, MOST_LINES)) note(`  ${visible(line)}`);
  if (lines.length > MOST_LINES) note(`  and ${lines.length - MOST_LINES} more`);
}

/** The result of a run, for a script. */
export function exitCodeOf(record: RunRecord): number {
  if (record.isComplete) return exitCodes.ok;
  if (record.isOutOfReach) return exitCodes.network;
  return record.noRoom.files > 0 ? exitCodes.quota : exitCodes.partial;
}

/** The last line of `--json`. */
export function summaryOf(record: RunRecord, isDryRun: boolean): object {
  const { counts, carriedBytes, unchangedFiles, failures, conflicts, leftOut, hiddenFiles } = record;
  const { kept, setAside, deletionWithheld } = record;
  return {
    type: "summary",
    dryRun: isDryRun,
    complete: record.isComplete,
    counts,
    carriedBytes,
    unchangedFiles,
    failures: failures.length,
    noRoom: record.noRoom,
    conflicts,
    leftOut,
    hiddenFiles,
    ...(record.postponed.files === 0 ? {} : { postponed: record.postponed }),
    ...(kept.length === 0 ? {} : { kept }),
    ...(setAside.length === 0 ? {} : { setAside }),
    ...(deletionWithheld === undefined ? {} : { deletionWithheld }),
  };
}

import type { StorageCheckReport, StorageFinding } from "@consigne/core";
import { findSqliteDamage } from "@consigne/db";
import type { Command } from "./typed-commander.ts";
import { dataPathsIn } from "../data-folder.ts";
import { type CommandOutput, counted, type ExitCode, filesText, print } from "../operator-output.ts";
import { StartError } from "../start-error.ts";
import { terminalText } from "../terminal-text.ts";
import { withServices } from "./with-services.ts";

export function addFsck(program: Command, output: CommandOutput, setExitCode: (code: ExitCode) => void): void {
  program
    .command("fsck")
    .summary("check that the database and the stored data match")
    .description(
      "check that the database and the stored data match, mark damaged files and check the counters; exit code 3 if data of any file is lost, 1 if --repair removed nothing because too much data belongs to no file",
    )
    .option(
      "--repair",
      "remove data of removed files, and week-old data that belongs to no file unless there is too much of it; correct the counters",
    )
    .option(
      "--remove-all-unknown",
      "with --repair: remove all data that belongs to no file and is six hours old, however much; if the database is an older copy, files uploaded since then are lost",
    )
    .option("--deep", "also read the whole database and all stored data, and verify every Whirlpool checksum")
    .option(
      "--accept-bytes",
      "use the folder of stored data with this database even if it is empty or belongs to another one",
    )
    .option("--json", "print one JSON document")
    .action(async ({ repair = false, deep = false, json = false, ...options }) => {
      const { acceptBytes, removeAllUnknown: removesAllUnknown = false } = options;
      if (removesAllUnknown && !repair) {
        program.error("error: --remove-all-unknown has no effect without --repair; nothing was done");
      }
      const report = await withServices(
        async (services, { dataDir }) => {
          if (deep) await requireSoundDatabase(dataPathsIn(dataDir).databaseFile);
          return services.storageCheck.run({ repair, isDeep: deep, removesAllUnknown });
        },
        { mayBeAnyStore: acceptBytes, onBytesTrouble: (text) => output.error(terminalText(text)) },
      );
      print(output, json, report, reportLines(report));
      setExitCode(report.isSound ? (repair && report.isStopped ? 1 : 0) : 3);
    });
}

/** @throws {StartError} */
async function requireSoundDatabase(path: string): Promise<void> {
  const damage = await findSqliteDamage(path);
  if (damage === undefined) return;
  throw new StartError(
    `The database ${path} is damaged (${damage}). Nothing was changed. Stop the server, keep a copy of the file and restore a backup.`,
  );
}

function reportLines(report: StorageCheckReport): string[] {
  return [
    ...report.findings.map((finding) => findingLine(finding, report.isStopped)),
    `${counted(report.blobRows, "blob")} in the database, ${report.storedBlobs} in storage, ${counted(report.findings.length, "finding")}.`,
    ...(report.isStopped ? [TOO_MANY] : []),
    report.isSound
      ? "All files are complete."
      : "Data of the files listed above is lost. Upload the same files again, or restore the data from a backup and run fsck again.",
  ];
}

const TOO_MANY =
  "So much data belongs to no file that --repair removes none of it. Check that this is the right database, and the latest one. If so, --repair --remove-all-unknown removes it.";

function unknownText({ isOld, isRepaired }: { isOld: boolean; isRepaired: boolean }, isStopped: boolean): string {
  if (isRepaired) return ", removed";
  if (isStopped) return "";
  return isOld ? "; --repair removes them" : "; --repair removes them when they are a week old";
}

function findingLine(finding: StorageFinding, isStopped: boolean): string {
  switch (finding.problem) {
    case "bytes-without-row":
      return `${finding.blobKey}: ${counted(finding.sizeBytes, "byte")} that belong to no file${unknownText(finding, isStopped)}`;
    case "row-without-file":
      return `${finding.blobKey}: belongs to no file${finding.isRepaired ? ", removed" : "; --repair removes it"}`;
    case "sound-again":
      return `${finding.blobKey}: intact again, so these files are no longer marked: ${filesText(finding.files)}`;
    case "counters-differ": {
      const [found, stored] = [finding.counted, finding.kept].map(holdingsText);
      const repair = finding.isRepaired ? ", corrected" : "; --repair corrects it";
      return `${finding.of} ${finding.id}: ${found}, counted as ${stored}${repair}`;
    }
    default:
      return `${finding.blobKey}: ${texts[finding.problem]}${finding.isMarked ? "" : " (not marked: the database is not writable)"}: ${filesText(finding.files)}`;
  }
}

function holdingsText(counters: { fileCount: number; sizeBytes: number; folderCount?: number }): string {
  const { fileCount, sizeBytes, folderCount } = counters;
  const folders = folderCount === undefined ? "" : ` in ${counted(folderCount, "folder")}`;
  return `${counted(fileCount, "file")} with ${counted(sizeBytes, "byte")}${folders}`;
}

const texts = {
  "bytes-missing": "data missing",
  "size-differs": "data has the wrong length",
  "content-differs": "data damaged",
} as const;

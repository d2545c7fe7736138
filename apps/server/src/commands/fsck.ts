import type { StorageCheckReport, StorageFinding } from "@consigne/core";
import { findSqliteDamage } from "@consigne/db";
import type { Command } from "./typed-commander.ts";
import { dataPathsIn } from "../data-folder.ts";
import { type CommandOutput, counted, type ExitCode, print } from "../operator-output.ts";
import { StartError } from "../start-error.ts";
import { terminalText } from "../terminal-text.ts";
import { withServices } from "./with-services.ts";

export function addFsck(program: Command, output: CommandOutput, setExitCode: (code: ExitCode) => void): void {
  program
    .command("fsck")
    .description(
      "compare the database with the stored bytes in both directions, mark damaged files and check the counters; exit code 3 when bytes of a file are lost, 1 when --repair removed no unknown bytes because there are so many",
    )
    .option(
      "--repair",
      "remove what is safe to remove (bytes of removed files, and week-old bytes that belong to no file unless there are many) and correct the counters",
    )
    .option(
      "--remove-all-unknown",
      "with --repair: remove all bytes that belong to no file and are six hours old, however many; if the database is an older copy, the files it does not know yet are lost",
    )
    .option("--deep", "read all of the database, then every byte, and compare the Whirlpool checksums")
    .option(
      "--accept-bytes",
      "use the folder of stored bytes with this database even if it is empty or belongs to another one",
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
    `${counted(report.blobRows, "stored content")} in the database, ${report.storedBlobs} in storage, ${counted(report.findings.length, "finding")}.`,
    ...(report.isStopped ? [TOO_MANY] : []),
    report.isSound
      ? "Every file has its bytes."
      : "Bytes of the files named above are lost. Upload the same files again, or restore the bytes from a backup and run fsck.",
  ];
}

const TOO_MANY =
  "So many stored bytes belong to no file that --repair removes none: is this the right database, and the latest one? If it is, --repair --remove-all-unknown removes them.";

function unknownText({ isOld, isRepaired }: { isOld: boolean; isRepaired: boolean }, isStopped: boolean): string {
  if (isRepaired) return ", removed";
  if (isStopped) return "";
  return isOld ? "; --repair removes them" : "; --repair removes them once they are a week old";
}

function findingLine(finding: StorageFinding, isStopped: boolean): string {
  switch (finding.problem) {
    case "bytes-without-row":
      return `${finding.blobKey}: ${counted(finding.sizeBytes, "byte")} that belong to no file${unknownText(finding, isStopped)}`;
    case "row-without-file":
      return `${finding.blobKey}: belongs to no file${finding.isRepaired ? ", removed" : "; --repair removes it"}`;
    case "sound-again":
      return `${finding.blobKey}: the bytes are intact again, so the files are no longer marked: ${named(finding.files)}`;
    case "counters-differ": {
      const [found, kept] = [finding.counted, finding.kept].map(holdingsText);
      const repair = finding.isRepaired ? ", corrected" : "; --repair corrects it";
      return `${finding.of} ${finding.id}: ${found}, counted as ${kept}${repair}`;
    }
    default:
      return `${finding.blobKey}: ${texts[finding.problem]}${finding.isMarked ? "" : " (not marked: the database is not writable)"}: ${named(finding.files)}`;
  }
}

function holdingsText(counters: { fileCount: number; sizeBytes: number; folderCount?: number }): string {
  const { fileCount, sizeBytes, folderCount } = counters;
  const folders = folderCount === undefined ? "" : ` in ${counted(folderCount, "folder")}`;
  return `${counted(fileCount, "file")} with ${counted(sizeBytes, "byte")}${folders}`;
}

const named = (files: readonly { id: string; name: string }[]) =>
  files.map((file) => `${JSON.stringify(file.name)} (${file.id})`).join(", ");

const texts = {
  "bytes-missing": "bytes missing of",
  "size-differs": "wrong length stored of",
  "content-differs": "stored bytes damaged of",
} as const;

import type { StorageCheckReport, StorageFinding } from "@consigne/core";
import type { Command } from "commander";
import { type CommandOutput, counted, type ExitCode, print } from "../operator-output.ts";
import { withServices } from "./with-services.ts";

export function addFsck(program: Command, output: CommandOutput, setExitCode: (code: ExitCode) => void): void {
  program
    .command("fsck")
    .description(
      "compare the database with the stored bytes in both directions, mark damaged files and check the counters; exit code 3 when bytes of a file are lost",
    )
    .option(
      "--repair",
      "remove what is safe to remove (bytes of removed files, and hours-old bytes that belong to no file) and correct the counters",
    )
    .option("--deep", "read every byte and compare the Whirlpool checksums")
    .option("--accept-bytes", "take the folder of bytes for that of this database, although it is another one or empty")
    .option("--json", "print one JSON document")
    .action(async (options: { repair?: true; deep?: true; acceptBytes?: true; json?: true }) => {
      const report = await withServices(
        (services) => services.storageCheck.run({ repair: options.repair === true, isDeep: options.deep === true }),
        { mayBeAnyStore: options.acceptBytes },
      );
      print(output, options.json === true, report, reportLines(report));
      setExitCode(report.isSound ? 0 : 3);
    });
}

function reportLines(report: StorageCheckReport): string[] {
  return [
    ...report.findings.map(findingLine),
    `${counted(report.blobRows, "stored content")} in the database, ${report.storedBlobs} in storage, ${counted(report.findings.length, "finding")}.`,
    report.isSound
      ? "Every file has its bytes."
      : "Bytes of the files named above are lost. Upload the same files again, or restore the bytes from a backup and run fsck.",
  ];
}

function findingLine(finding: StorageFinding): string {
  switch (finding.problem) {
    case "bytes-without-row":
      return `${finding.blobKey}: ${counted(finding.sizeBytes, "byte")} that belong to no file${finding.isRepaired ? ", removed" : "; --repair removes them"}`;
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

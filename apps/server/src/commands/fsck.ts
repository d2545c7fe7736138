import type { StorageCheckReport, StorageFinding } from "@consigne/core";
import type { Command } from "commander";
import { type CommandOutput, type ExitCode, print } from "../operator-output.ts";
import { withServices } from "./with-services.ts";

export function addFsck(program: Command, output: CommandOutput, setExitCode: (code: ExitCode) => void): void {
  program
    .command("fsck")
    .description(
      "compare rows with stored bytes, both ways, mark what is damaged and count again; exit code 3 when bytes of a file are lost",
    )
    .option(
      "--repair",
      "remove what is safe to remove (bytes of removed files, and bytes hours old that no file knows) and correct counts",
    )
    .option("--deep", "read every byte and compare its Whirlpool checksum")
    .option("--json", "print one JSON document")
    .action(async (options: { repair?: true; deep?: true; json?: true }) => {
      const report = await withServices((services) =>
        services.storageCheck.run({ repair: options.repair === true, isDeep: options.deep === true }),
      );
      print(output, options.json === true, report, reportLines(report));
      setExitCode(report.isSound ? 0 : 3);
    });
}

function reportLines(report: StorageCheckReport): string[] {
  return [
    ...report.findings.map(findingLine),
    `${report.blobRows} stored contents in the database, ${report.storedBlobs} in storage, ${report.findings.length} findings.`,
    report.isSound
      ? "Every file has its bytes."
      : "Bytes of the files named above are lost. Upload the same files again, or restore them from a backup and run fsck.",
  ];
}

function findingLine(finding: StorageFinding): string {
  switch (finding.problem) {
    case "bytes-without-row":
      return `${finding.blobKey}: ${finding.sizeBytes} bytes that no file knows${finding.isRepaired ? ", removed" : "; --repair removes them"}`;
    case "row-without-file":
      return `${finding.blobKey}: belongs to no file any more${finding.isRepaired ? ", removed" : "; --repair removes it"}`;
    case "sound-again":
      return `${finding.blobKey}: the bytes are in order again, the mark is gone: ${named(finding.files)}`;
    case "counters-differ": {
      const [counted, kept] = [finding.counted, finding.kept].map(holdingsText);
      const repair = finding.isRepaired ? ", corrected" : "; --repair corrects it";
      return `${finding.of} ${finding.id}: ${counted}, counted as ${kept}${repair}`;
    }
    default:
      return `${finding.blobKey}: ${texts[finding.problem]}${finding.isMarked ? "" : " (not marked: the database cannot be written)"}: ${named(finding.files)}`;
  }
}

function holdingsText(counters: { fileCount: number; sizeBytes: number; folderCount?: number }): string {
  const { fileCount, sizeBytes, folderCount } = counters;
  return `${fileCount} files of ${sizeBytes} bytes${folderCount === undefined ? "" : ` in ${folderCount} folders`}`;
}

const named = (files: readonly { id: string; name: string }[]) =>
  files.map((file) => `${JSON.stringify(file.name)} (${file.id})`).join(", ");

const texts = {
  "bytes-missing": "the bytes are missing of",
  "size-differs": "the stored length is wrong of",
  "content-differs": "the stored bytes are damaged of",
} as const;

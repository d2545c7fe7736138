import type { BytesCollectionReport } from "@consigne/core";
import type { Command } from "./typed-commander.ts";
import { type CommandOutput, counted, type ExitCode, print } from "../operator-output.ts";
import { withServices } from "./with-services.ts";

export function addCollect(program: Command, output: CommandOutput, setExitCode: (code: ExitCode) => void): void {
  program
    .command("collect")
    .description(
      "remove stored bytes that belong to no file and are a week old, as the server does once a day; exit code 1 when there are so many that none is removed",
    )
    .option("--dry-run", "only show what would be removed")
    .option("--json", "print one JSON document")
    .action(async ({ dryRun = false, json = false }) => {
      const report = await withServices(({ bytesCollection }) =>
        dryRun ? bytesCollection.look() : bytesCollection.run(),
      );
      print(output, json, report, reportLines(report, dryRun));
      setExitCode(report.isStopped ? 1 : 0);
    });
}

function reportLines(report: BytesCollectionReport, isDryRun: boolean): string[] {
  const { storedContents, storedBytes, unknownContents, unknownBytes, removedContents, removedBytes } = report;
  const lines = [
    `${counted(storedContents, "stored content")} with ${counted(storedBytes, "byte")}.`,
    `${counted(unknownContents, "old content")} with ${counted(unknownBytes, "byte")} of them belong to no file.`,
  ];
  if (report.isStopped) {
    lines.push(
      "There are so many that nothing is removed. Is this the right database, and the latest one? If it is, fsck --repair --remove-all-unknown removes them.",
    );
  } else if (!isDryRun) {
    lines.push(`Removed ${counted(removedContents, "content")} with ${counted(removedBytes, "byte")}.`);
  }
  return lines;
}

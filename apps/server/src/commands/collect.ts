import type { BytesCollectionReport } from "@consigne/core";
import type { Command } from "./typed-commander.ts";
import { type CommandOutput, counted, type ExitCode, print } from "../operator-output.ts";
import { withServices } from "./with-services.ts";

export function addCollect(program: Command, output: CommandOutput, setExitCode: (code: ExitCode) => void): void {
  program
    .command("collect")
    .summary("remove stored data that belongs to no file")
    .description(
      "remove stored data that belongs to no file and is a week old, as the server does once a day; exit code 1 if there is so much of it that nothing is removed",
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
    `${counted(storedContents, "blob")} with ${counted(storedBytes, "byte")} in storage.`,
    `Belonging to no file for a week or more: ${counted(unknownContents, "blob")} with ${counted(unknownBytes, "byte")}.`,
  ];
  if (report.isStopped) {
    lines.push(
      "That is so much that nothing was removed. Check that this is the right database, and the latest one. If so, `consigne-server fsck --repair --remove-all-unknown` removes it.",
    );
  } else if (!isDryRun) {
    lines.push(`Removed ${counted(removedContents, "blob")} with ${counted(removedBytes, "byte")}.`);
  }
  return lines;
}

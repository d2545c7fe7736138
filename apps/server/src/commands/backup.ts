import type { CopyFinding, CopyReport } from "@consigne/core";
import type { Command } from "./typed-commander.ts";
import { readConfig } from "../config.ts";
import { loadEnvironmentFile, readEnvironment } from "../env.ts";
import { type CommandOutput, counted, type ExitCode, filesText, print, sizeText } from "../operator-output.ts";

const PROGRESS_MS = 250;

export function addBackup(program: Command, output: CommandOutput, setExitCode: (code: ExitCode) => void): void {
  program
    .command("backup")
    .summary("back up everything to a folder; the server may keep running")
    .description(
      "copy everything the server stores into a folder; the server may keep running, and later runs copy only what is new; exit code 3 if data of any file is damaged or lost",
    )
    .argument("<dir>", "a new or empty folder outside the data folder, or that of an earlier backup")
    .option("--deep", "also verify what earlier backups copied, and replace what is damaged")
    .option("--json", "print one JSON document")
    .action(async (directory, { deep = false, json = false }) => {
      const { runBackup } = await import("../backup/run-backup.ts");
      const { report, seconds } = await run(json, (onProgress) =>
        runBackup({ dataDir: dataDirectory(), directory, isDeep: deep, onProgress }),
      );
      const { contents, sizeBytes, removed, removedBytes, isSound } = report;
      print(output, json, { directory, seconds, ...report }, [
        ...report.findings.map((finding) => findingLine(finding, "the backup")),
        `${copiedText(report)}, removed ${removed} (${sizeText(removedBytes)}) that no file needs any more, in ${seconds} s.`,
        isSound
          ? `The backup in ${directory} is complete: ${counted(contents, "blob")}, ${sizeText(sizeBytes)}.`
          : `The backup in ${directory} has everything except the data listed above. \`consigne-server fsck --deep\` marks these files; upload them again, or restore them.`,
      ]);
      setExitCode(isSound ? 0 : 3);
    });
}

export function addRestore(program: Command, output: CommandOutput, setExitCode: (code: ExitCode) => void): void {
  program
    .command("restore")
    .summary("restore the data folder from a backup")
    .description(
      "restore the data folder from a backup and verify every checksum; the data folder must be missing or empty; exit code 3 if data of any file is damaged or missing in the backup",
    )
    .argument("<dir>", "the folder of a backup; it is not changed")
    .option("--json", "print one JSON document")
    .action(async (directory, { json = false }) => {
      const { runRestore } = await import("../backup/run-restore.ts");
      const dataDir = dataDirectory();
      const { report, seconds } = await run(json, (onProgress) => runRestore({ directory, dataDir, onProgress }));
      const { contents, sizeBytes, isSound } = report;
      print(output, json, { directory, dataDir, seconds, ...report }, [
        ...report.findings.map((finding) => findingLine(finding, "the data folder")),
        `${copiedText(report)}, in ${seconds} s.`,
        isSound
          ? `${dataDir} is restored: ${counted(contents, "blob")}, ${sizeText(sizeBytes)}. Now start the server with this data folder.`
          : `${dataDir} is restored, except for the files listed above, whose data is not in the backup.`,
      ]);
      setExitCode(isSound ? 0 : 3);
    });
}

function dataDirectory(): string {
  loadEnvironmentFile();
  return readConfig(readEnvironment()).config.dataDir;
}

async function run<T>(
  isJson: boolean,
  work: (onProgress: ((report: CopyReport) => void) | undefined) => Promise<T>,
): Promise<{ report: T; seconds: number }> {
  const beganAt = performance.now();
  const isShown = !isJson && process.stderr.isTTY;
  let shownAt = beganAt;
  const show = ({ contents, copied, copiedBytes }: CopyReport) => {
    if (performance.now() - shownAt < PROGRESS_MS) return;
    shownAt = performance.now();
    const text = `${counted(contents, "blob")} checked, ${copied} copied (${sizeText(copiedBytes)})`;
    process.stderr.write(`\r${text}\u001B[K`);
  };
  try {
    const report = await work(isShown ? show : undefined);
    return { report, seconds: Math.round((performance.now() - beganAt) / 100) / 10 };
  } finally {
    if (isShown && shownAt !== beganAt) process.stderr.write("\r\u001B[K");
  }
}

const copiedText = ({ copied, copiedBytes, present }: CopyReport): string =>
  `Copied ${counted(copied, "blob")} (${sizeText(copiedBytes)}), skipped ${present} already there`;

function findingLine({ blobKey, problem, files, isKept }: CopyFinding, place: string): string {
  const what = problem === "bytes-missing" ? "data missing" : "data damaged";
  const intact = isKept ? `; ${place} has an intact copy from earlier` : `; not in ${place}`;
  return `${blobKey}: ${what}: ${filesText(files)}${intact}`;
}

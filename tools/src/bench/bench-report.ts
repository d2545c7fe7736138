import { mkdir, readFile, writeFile } from "node:fs/promises";
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";
import { join } from "node:path";
import type { BenchOptions, PartName } from "./bench-options.ts";
import { CLIENT_LIMIT_BYTES, mebibytes, table, verdict } from "./bench-table.ts";
import {
  type ClientMemory,
  type Comparison,
  type DelayReading,
  type Figure,
  isTime,
  meetsAim,
  type MemoryReading,
  type PageReading,
  type SyncReading,
} from "./figures.ts";
import { syncTable } from "./sync-report.ts";

const MIB = 1024 * 1024;
const MEMORY_LIMIT_BYTES = 300 * MIB;
const BEGIN = "<!-- figures: written by npm run bench -->";
const END = "<!-- end of figures -->";

export interface BenchReport {
  measuredAt: string;
  isQuick: boolean;
  seconds: number;
  machine: Machine;
  comparisons: Comparison[];
  memory: MemoryReading[];
  memoryLimitBytes: number;
  delays: DelayReading[];
  clientMemory: ClientMemory[];
  sync: SyncReading[];
  pages: PageReading[];
  skipped: { part: PartName; reason: string }[];
}

interface Machine {
  processor: string;
  cores: number;
  memoryBytes: number;
  system: string;
  node: string;
  /** The average load in the minute before the run, which shows what else was running. */
  loadBefore: number;
}

export function emptyReport(options: BenchOptions): BenchReport {
  return {
    measuredAt: new Date().toISOString(),
    isQuick: options.isQuick,
    seconds: 0,
    machine: {
      processor: cpus()[0]?.model ?? "unknown",
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      system: `${type()} ${release()} ${arch()}`,
      node: process.versions.node,
      loadBefore: loadavg()[0] ?? 0,
    },
    comparisons: [],
    memory: [],
    memoryLimitBytes: MEMORY_LIMIT_BYTES,
    delays: [],
    clientMemory: [],
    sync: [],
    pages: [],
    skipped: [],
  };
}

export async function writeReport(report: BenchReport, folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const json = join(folder, "performance.json");
  const page = join(folder, "performance.md");
  await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  const before = await readFile(page, "utf8").catch(() => `# Performance\n\n${BEGIN}\n${END}\n`);
  await writeFile(page, withFigures(before, renderFigures(report)));
  return [json, page];
}

/** The page with the text between the markers replaced. */
function withFigures(page: string, figures: string): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from === -1 || to < from) throw new Error(`The page lacks the lines ${BEGIN} and ${END}.`);
  return `${page.slice(0, from)}${BEGIN}\n\n${figures}\n${page.slice(to)}`;
}

export function renderFigures(report: BenchReport): string {
  const { machine } = report;
  return [
    `Measured ${report.measuredAt.slice(0, 10)} in one run of ${report.seconds.toFixed(0)} s${report.isQuick ? " with small sizes, which say nothing about speed" : ""}: ` +
      `${machine.processor}, ${machine.cores} cores, ${(machine.memoryBytes / 1024 / MIB).toFixed(0)} GiB, ${machine.system}, ` +
      `Node ${machine.node}, load ${machine.loadBefore.toFixed(2)} before the run. Median (lowest-highest).`,
    "",
    ...comparisonTable(report),
    ...memoryTable(report),
    ...delayTable(report),
    ...clientMemoryTable(report),
    ...report.sync.flatMap((reading) => syncTable(reading, report.isQuick)),
    ...pagesTable(report),
    ...report.skipped.map(({ part, reason }) => `Not measured: ${part}, because ${reason}.\n`),
  ].join("\n");
}

function comparisonTable({ comparisons, isQuick }: BenchReport): string[] {
  if (comparisons.length === 0) return [];
  const rows = comparisons.map((each) => [
    each.name,
    measured(each.ours, each),
    each.referenceName,
    measured(each.reference, each),
    shown(each.ratio, 2),
    aimOf(each, isQuick),
  ]);
  return table(["", "Consigne", "reference", "", "ratio", "target"], rows);
}

function aimOf(each: Comparison, isQuick: boolean): string {
  const { aim, judged, unit } = each;
  if (aim === undefined) return "";
  const words = {
    ratio: `${isTime(each) ? "at most " : ""}${aim}`,
    ours: `${isTime(each) ? "at most" : "at least"} ${aim} ${unit}`,
    difference: `at most ${aim} ${unit} more`,
  };
  return `${words[judged]}${verdict(meetsAim(each), isQuick)}`;
}

function memoryTable({ memory, isQuick }: BenchReport): string[] {
  const rows = memory.map((each) => [
    `${each.uploads} uploads of ${each.fileBytes / MIB} MiB at once`,
    mebibytes(each.idleBytes),
    mebibytes(each.medianBytes),
    mebibytes(each.peakBytes),
    `${MEMORY_LIMIT_BYTES / MIB} MiB${verdict(each.peakBytes <= MEMORY_LIMIT_BYTES, isQuick)}`,
    `${((each.uploads * each.fileBytes) / MIB / each.seconds).toFixed(0)} MiB/s`,
  ]);
  if (rows.length === 0) return [];
  return table(["resident memory", "before", "median", "peak", "target", "total rate"], rows);
}

function delayTable({ delays, isQuick }: BenchReport): string[] {
  if (delays.length === 0) return [];
  const rows = delays.map(({ name, longestMs, aimMs }) => [
    name,
    `${longestMs.toFixed(0)} ms`,
    `${aimMs} ms${verdict(longestMs <= aimMs, isQuick)}`,
  ]);
  return table(["event loop of the server", "longest delay", "target"], rows);
}

function pagesTable({ pages, isQuick }: BenchReport): string[] {
  if (pages.length === 0) return [];
  const rows = pages.map(({ name, unit, figure, aim, judged }) => [
    name,
    `${shown(figure, unit === "ms" ? 0 : 2)} ${unit}`,
    `at most ${aim}${judged === "max" ? " each time" : ""}${verdict(figure[judged] <= aim, isQuick)}`,
  ]);
  return table(["in Chromium", "", "target"], rows);
}

function clientMemoryTable({ clientMemory, isQuick }: BenchReport): string[] {
  if (clientMemory.length === 0) return [];
  const rows = clientMemory.map(({ name, peakBytes }) => [
    name,
    mebibytes(peakBytes),
    `${mebibytes(CLIENT_LIMIT_BYTES)}${verdict(peakBytes <= CLIENT_LIMIT_BYTES, isQuick)}`,
  ]);
  return table(["resident memory of the client", "peak", "target"], rows);
}

const measured = (figure: Figure, { unit }: Comparison): string => `${shown(figure, isTime({ unit }) ? 2 : 0)} ${unit}`;

function shown({ median, min, max }: Figure, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}-${max.toFixed(digits)})`;
}

import { Readable } from "node:stream";

/** An event from `run` of node:test. Its types distinguish more kinds than needed here. */
export interface ReportEvent {
  type: string;
  data: unknown;
}

interface Summary {
  file?: string;
  success: boolean;
  duration_ms: number;
  counts: Record<"tests" | "suites" | "passed" | "failed" | "cancelled" | "skipped" | "todo", number>;
}

/** The closing lines of node:test, in its order, and what they count. */
const CLOSING_LINES = {
  tests: "tests",
  suites: "suites",
  pass: "passed",
  fail: "failed",
  cancelled: "cancelled",
  skipped: "skipped",
  todo: "todo",
} as const;
const NOTHING: Summary["counts"] = {
  tests: 0,
  suites: 0,
  passed: 0,
  failed: 0,
  cancelled: 0,
  skipped: 0,
  todo: 0,
};
const isClosingLine = new RegExp(`^(${Object.keys(CLOSING_LINES).join("|")}|duration_ms) [0-9.]+$`);

/**
 * Merges the reports of concurrent runs. The events of a file stay together, and the closing lines count all of them.
 * Reporters build a tree from the order of events, and readers expect a single set of closing lines.
 */
export function mergeReports(runs: readonly AsyncIterable<ReportEvent>[]): Readable {
  const merged = new Readable({ objectMode: true, read: () => undefined });
  void fill(merged, runs);
  return merged;
}

async function fill(merged: Readable, runs: readonly AsyncIterable<ReportEvent>[]): Promise<void> {
  const startedAt = performance.now();
  try {
    const summaries = await Promise.all(runs.map((run) => forward(run, merged)));
    for (const event of closing(summaries, performance.now() - startedAt)) merged.push(event);
    merged.push(null);
  } catch (error) {
    merged.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Passes on the events of one run, file by file. Returns its summary. */
async function forward(run: AsyncIterable<ReportEvent>, merged: Readable): Promise<Summary> {
  let ofFile: ReportEvent[] = [];
  let whole: Summary | undefined;
  for await (const event of run) {
    const summary = event.type === "test:summary" ? (event.data as Summary) : undefined;
    if (summary !== undefined && summary.file === undefined) whole = summary;
    else if (!isClosing(event)) ofFile.push(event);
    if (summary === undefined) continue;
    for (const each of ofFile) merged.push(each);
    ofFile = [];
  }
  for (const each of ofFile) merged.push(each);
  return whole ?? { success: false, counts: { ...NOTHING }, duration_ms: 0 };
}

function isClosing({ type, data }: ReportEvent): boolean {
  const { nesting, message } = data as { nesting?: number; message?: string };
  return type === "test:diagnostic" && nesting === 0 && isClosingLine.test(message ?? "");
}

function closing(summaries: readonly Summary[], durationMs: number): ReportEvent[] {
  const counts = { ...NOTHING };
  for (const { counts: more } of summaries) {
    for (const name of Object.values(CLOSING_LINES)) counts[name] += more[name];
  }
  const line = (message: string) => ({ type: "test:diagnostic", data: { nesting: 0, message, level: "info" } });
  return [
    ...Object.entries(CLOSING_LINES).map(([word, name]) => line(`${word} ${counts[name]}`)),
    line(`duration_ms ${durationMs}`),
    {
      type: "test:summary",
      data: { success: summaries.every((each) => each.success), counts, duration_ms: durationMs },
    },
  ];
}

import type { CommandCall, JsonValues, QuietValues } from "../../command-line/command.ts";
import type { Progress } from "../../progress/progress.ts";
import { RunRecord } from "../apply/run-record.ts";
import { exitCodeOf, noteSummary, summaryOf } from "./sync-report.ts";
import { runSync } from "./sync-run.ts";
import type { SyncRequest } from "./sync-run.ts";

/** Where a run is reported to. */
export interface ReportedTo extends Pick<CommandCall<JsonValues & QuietValues>, "options" | "output"> {
  progress: Progress;
  /** The progress display has its own closing line, which goes into the summary. */
  hasClosing?: boolean;
}

/**
 * Like `runSync`, and reports the result: resolves with its exit code. A run that ends early is reported too, because
 * what it did stays done.
 * @throws what `runSync` throws
 */
export async function runReported(request: SyncRequest, to: ReportedTo): Promise<number> {
  const record = new RunRecord(request.watcher);
  try {
    await runSync(request, record);
  } catch (error) {
    record.isEndedEarly = true;
    if (record.hasBegun) report(record, request.isDryRun, to);
    throw error;
  }
  report(record, request.isDryRun, to);
  return exitCodeOf(record);
}

function report(record: RunRecord, isDryRun: boolean, { options, output, progress, hasClosing }: ReportedTo): void {
  if (options.json) return output.print(JSON.stringify(summaryOf(record, isDryRun)));
  if (options.quiet && record.isComplete) return;
  const closing = isDryRun || hasClosing !== true ? undefined : progress.closing({ isVerified: true });
  noteSummary(record, (line) => progress.note(line), isDryRun, closing);
}

import { platform } from "#platform";
import { type ByteContext, waitAfter } from "../byte-context.ts";
import { isConnectionFailure } from "../platform/connection-failure.ts";
import { readText } from "../platform/read-text.ts";
import { authorization } from "./upload-attempt.ts";
import { parseUploadReport, type UploadReport } from "./upload-report.ts";

/** 500 links with long names take far less. */
const MAX_REPORT_BYTES = 4 * 1024 * 1024;
/** This many answers of "there is no such report" in a row are believed. */
const ENOUGH_DENIALS = 3;
/** How often a report with fewer links than files is requested again without having grown. */
const ENOUGH_STANDSTILLS = 4;

/**
 * Reads the report of an upload, asking again with growing waits: it may be late, an HTML page or without links, or the
 * node may be restarting. Undefined if there is certainly none, or none in time.
 */
export async function pollReport(
  context: ByteContext,
  reportUrl: string,
  expectedFiles: number,
  signal: AbortSignal | undefined,
): Promise<UploadReport | undefined> {
  // Whatever happens to the machine's clock in the meantime.
  const giveUpAt = performance.now() + context.waits.reportTimeoutMs;
  let denials = 0;
  let standstills = 0;
  let best: UploadReport | undefined;
  for (let attempt = 0; ; attempt++) {
    const answer = await askForReport(context, reportUrl, signal);
    denials = answer === "none" ? denials + 1 : 0;
    if (typeof answer === "object" && answer.files.length > 0) {
      standstills = answer.files.length > (best?.files.length ?? 0) ? 0 : standstills + 1;
      best = answer;
      if (best.files.length >= expectedFiles || standstills >= ENOUGH_STANDSTILLS) return best;
    }
    if (denials >= ENOUGH_DENIALS || performance.now() >= giveUpAt) return best;
    await waitAfter(attempt, context.waits, signal);
  }
}

/** Asks once. `none`: the server says that there is no such report. */
export async function askForReport(
  context: ByteContext,
  reportUrl: string,
  signal: AbortSignal | undefined,
): Promise<UploadReport | "none" | "not-yet"> {
  try {
    const response = await platform.send({
      method: "GET",
      url: reportUrl,
      headers: { JSON: "1", ...(await authorization(context)) },
      signal,
      idleTimeoutMs: context.waits.idleTimeoutMs,
      answerTimeoutMs: context.waits.answerTimeoutMs,
    });
    const text = await readText(response, MAX_REPORT_BYTES);
    if (response.status === 404 || response.status === 410) return "none";
    return response.status === 200 ? (parseUploadReport(text) ?? "not-yet") : "not-yet";
  } catch (error) {
    if (isConnectionFailure(error)) return "not-yet";
    throw error;
  }
}

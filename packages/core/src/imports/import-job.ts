import type { JobKind } from "../jobs/job-kind.ts";
import { endByJob, MOST_HOURS } from "../remote/fetch-message.ts";
import { IMPORT } from "./import.ts";
import { ImportRun, type ImportRunParts } from "./import-run.ts";

/** Per slice: what kills its worker this often is not tried again. */
const MAX_ATTEMPTS = 12;
/** For the file being transferred when a slice ends. */
const TIMEOUT_MS = MOST_HOURS * 3_600_000;

/** Imports folders and files from elsewhere, slice by slice: each job adds the next one. */
export function importKind(parts: ImportRunParts): JobKind {
  return {
    name: IMPORT,
    maxAttempts: MAX_ATTEMPTS,
    timeoutMs: TIMEOUT_MS,
    pool: "fetching",
    run: async (attempt) => {
      const order = await parts.database.imports.findById(Number(attempt.job.payload["import"]));
      // Removed with its account, or handed over before its worker was killed.
      if (order === undefined || order.endedAt !== undefined || order.jobId !== attempt.job.id) return;
      await new ImportRun(parts, attempt, order).run();
    },
    noteEnd: async (rows, job, { state, at }) => {
      const order = await rows.imports.findById(Number(job.payload["import"]));
      if (order === undefined || order.jobId !== job.id) return;
      await rows.imports.end(order.id, endByJob(state, at));
    },
    insteadOfRetry: async (_rows, job) =>
      `The import has ended with it. Its account can retry it with \`consigne remote retry i${Number(job.payload["import"])}\` ` +
      "or on the page of remote uploads.",
  };
}

import { ArgumentError, type Job, type JobState, jobStates } from "@consigne/core";
import { type Command, Option } from "./typed-commander.ts";
import { type CommandOutput, counted, print, tableLines } from "../operator-output.ts";
import { countUpTo } from "./option-values.ts";
import { withServices } from "./with-services.ts";

const SHOWN = 50;
const MOST_SHOWN = 500;

interface ListOptions {
  state?: JobState;
  kind?: string;
  limit: number;
  json?: true;
}

export function addJobs(program: Command, output: CommandOutput): void {
  const jobs = program.command("jobs").description("list, retry and cancel background jobs");
  jobs
    .command("list", { isDefault: true })
    .description("list waiting and running jobs, and those that ended in the last week, newest first")
    .addOption(new Option("--state <state>", "only jobs in this state").choices(jobStates))
    .option("--kind <kind>", "only jobs of this kind, such as expire")
    .option("--limit <number>", `show at most this many, up to ${MOST_SHOWN}`, countUpTo(MOST_SHOWN), SHOWN)
    .option("--json", "print one JSON document")
    .action(async ({ state, kind, limit, json }) => listJobs({ state, kind, limit, json }, output));
  jobs
    .command("show <id>")
    .description("show the details of a job")
    .option("--json", "print one JSON document")
    .action(async (id, options) => {
      const job = (await withServices((services) => services.jobs.find("operator", id))) ?? refuseUnknown(id);
      const rows = Object.entries(describe(job)).map(([name, value]) => [`${name}:`, textOf(value)]);
      print(output, options.json === true, describe(job), tableLines(rows));
    });
  jobs
    .command("retry <id>")
    .description("run a dead or cancelled job again, or a delayed one now")
    .option("--json", "print one JSON document")
    .action(async (id, options) => {
      const was = await withServices(async ({ jobs: queue }) => {
        const { before, isDone, instead } = await queue.retry("operator", id);
        if (isDone) return before?.state;
        if (instead !== undefined) throw new ArgumentError("other", `Job ${id} was not retried. ${instead}`);
        const { state } = before ?? refuseUnknown(id);
        const isEnded = state === "dead" || state === "cancelled";
        const why = isEnded
          ? "another job for the same thing is waiting or running"
          : `it is ${state}, and only dead, cancelled and delayed jobs can be retried`;
        throw new ArgumentError("other", `Job ${id} was not retried: ${why}.`);
      });
      print(output, options.json === true, { id, isRetried: true }, [
        `Job ${id} will run ${was === "delayed" ? "now" : "again"}.`,
      ]);
    });
  jobs
    .command("cancel <id>")
    .description("cancel a job; if it is running, it stops within seconds")
    .option("--json", "print one JSON document")
    .action(async (id, options) => {
      const { before, isDone } = await withServices(({ jobs: queue }) => queue.cancel("operator", id));
      const was = (before ?? refuseUnknown(id)).state;
      if (!isDone) throw new ArgumentError("other", `Job ${id} was not cancelled: it is already ${was}.`);
      const state = was === "running" ? was : "cancelled";
      const line = state === "running" ? `Job ${id} is being cancelled.` : `Job ${id} is cancelled.`;
      print(output, options.json === true, { id, state }, [line]);
    });
}

async function listJobs({ state, kind, limit, json }: ListOptions, output: CommandOutput): Promise<void> {
  const filter = { ...(state === undefined ? {} : { states: [state] }), ...(kind === undefined ? {} : { kind }) };
  const listed = await withServices(async ({ jobs }) => {
    const found = await jobs.list("operator", { ...filter, limit });
    // There may be jobs of a kind that only another release knows.
    if (found.length === 0 && kind !== undefined && !jobs.kinds.has(kind)) refuseKind(kind, [...jobs.kinds.keys()]);
    return found;
  });
  const rows = listed.map((job) => [
    job.id,
    job.kind,
    job.state,
    String(job.attempts),
    job.createdAt.toISOString(),
    job.lastError ?? "",
  ]);
  const advice = limit < MOST_SHOWN ? "--limit shows more" : "--state and --kind narrow the list";
  const more = listed.length < limit ? [] : [`Showing the newest ${counted(limit, "job")}; ${advice}.`];
  print(output, json === true, listed.map(describe), [
    ...tableLines([["ID", "KIND", "STATE", "ATTEMPTS", "CREATED", "LAST ERROR"], ...rows]),
    ...more,
  ]);
}

const refuseKind = (kind: string, known: readonly string[]): never => {
  throw new ArgumentError("other", `There are no jobs of kind ${kind}. Kinds: ${known.join(", ")}.`);
};

const refuseUnknown = (id: string): never => {
  throw new ArgumentError("other", `There is no job ${id}; jobs are kept for a week after they end.`);
};

/** A job's payload may contain URLs with passwords, so it is not shown. */
const describe = (job: Job) => ({
  id: job.id,
  kind: job.kind,
  state: job.state,
  accountId: job.accountId,
  priority: job.priority,
  attempts: job.attempts,
  maxAttempts: job.maxAttempts,
  progress: job.progress,
  lastError: job.lastError,
  isCancelRequested: job.isCancelRequested,
  worker: job.claim?.worker,
  requestedAt: job.createdAt.toISOString(),
  notBefore: job.runAt.toISOString(),
  startedAt: job.startedAt?.toISOString(),
  endedAt: job.endedAt?.toISOString(),
});

function textOf(value: ReturnType<typeof describe>[keyof ReturnType<typeof describe>]): string {
  if (value === undefined) return "-";
  if (typeof value !== "object") return String(value);
  return value.total === undefined ? String(value.done) : `${value.done} of ${value.total}`;
}

import { Type } from "../schema-builders.ts";
import { defineEndpoint } from "../endpoint.ts";
import { adminExtension as extension, FOR_WHOM, FRESH, id, limit, oneOf } from "./admin-parts.ts";
import * as sample from "./example-values.ts";
import * as wire from "../wire-types.ts";

const jobStates = ["delayed", "ready", "running", "done", "dead", "cancelled"] as const;

const job = () =>
  Type.Object({
    id: id("Id of the job."),
    kind: wire.text("What it does."),
    state: oneOf(jobStates, "`dead`: failed permanently and needs attention."),
    attempts: wire.count("Attempts so far."),
    max_attempts: wire.count("Most attempts."),
    last_error: Type.Optional(wire.text("The error of the last attempt.")),
    requested_at: wire.instant("When it was requested."),
    ended_at: Type.Optional(wire.instant("When it ended.")),
  });
const sampleJob = {
  id: "j1o2b3j4o5b6j7o8",
  kind: "scrub",
  state: "dead",
  attempts: 3,
  max_attempts: 3,
  last_error: "The disk is not responding.",
  requested_at: "2026-01-31T09:20:30Z",
  ended_at: "2026-01-31T09:25:30Z",
};

const adminJobLs = defineEndpoint({
  ...extension("job.ls", "read"),
  summary: "List jobs",
  description: `Background work, the server's own or requested by a call that did not wait for it: newest first, including jobs that ended in the last week. ${FOR_WHOM}`,
  request: Type.Object({
    state: Type.Optional(oneOf(jobStates, "Only jobs in this state.")),
    limit: limit(),
    pretty: wire.pretty,
  }),
  response: Type.Object({ status: wire.ok(), jobs: Type.Array(job()) }),
  errors: [],
  example: { request: { state: "dead" }, response: { ...sample.ok, jobs: [sampleJob] } },
});

const adminJobShow = defineEndpoint({
  ...extension("job.show", "read"),
  summary: "Show a job",
  description: `Jobs that have ended are kept for a week. Their input is not shown, since it may contain passwords. ${FOR_WHOM}`,
  request: Type.Object({ id: id("Id of the job."), pretty: wire.pretty }),
  response: Type.Object({
    status: wire.ok(),
    job: Type.Object({
      ...job().properties,
      account_id: Type.Optional(wire.text("The account it is for; absent for the server's own work.")),
      priority: Type.Integer({ description: "0 goes first, 9 last." }),
      progress: Type.Optional(
        Type.Object(
          {
            done: Type.Number({ description: "Done so far." }),
            total: Type.Optional(Type.Number({ description: "In total." })),
          },
          { description: "Progress, in a unit that depends on the kind of job." },
        ),
      ),
      worker: Type.Optional(wire.text("The process that runs it.")),
      is_cancel_requested: wire.flag("1: it was told to stop."),
      not_before: wire.instant("The earliest time for the next attempt."),
      started_at: Type.Optional(wire.instant("When the last attempt started.")),
    }),
  }),
  errors: ["resourceNotFound"],
  example: {
    request: { id: sampleJob.id },
    response: {
      ...sample.ok,
      job: {
        ...sampleJob,
        priority: 5,
        progress: { done: 12, total: 40 },
        is_cancel_requested: 0,
        not_before: "2026-01-31T09:24:30Z",
        started_at: "2026-01-31T09:24:31Z",
      },
    },
  },
});

const ofJob = (summary: string, description: string) => ({
  summary,
  description: `${description} ${FRESH}`,
  request: Type.Object({ id: id("Id of the job."), pretty: wire.pretty }),
  response: Type.Object({
    status: wire.ok(),
    is_done: wire.flag("0: nothing was done; `message` says why."),
    message: wire.message(),
  }),
  errors: ["recentPasswordRequired", "resourceNotFound"] as const,
  example: { request: { id: sampleJob.id }, response: { ...sample.ok, is_done: 1, message: "" } },
});

const adminJobRetry = defineEndpoint({
  ...extension("job.retry", "write"),
  ...ofJob("Run a job again", "A job that is dead or was cancelled; one that is delayed runs now."),
});

const adminJobCancel = defineEndpoint({
  ...extension("job.cancel", "write"),
  ...ofJob("Cancel a job", "A running job stops within seconds."),
});

export const jobEndpoints = { adminJobLs, adminJobShow, adminJobRetry, adminJobCancel };

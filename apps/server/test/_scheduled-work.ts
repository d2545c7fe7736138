import { JobScheduler, JobWorker } from "@consigne/core";
import { type Bench, DAY_MS } from "./_services.ts";

/** Runs scheduled jobs of one kind at a later time; returns the result of each. */
export async function work(
  bench: Bench,
  kind: string,
  onStep?: (step: string) => Promise<void>,
  laterMs = DAY_MS + 1,
): Promise<string[]> {
  const { jobs: queue, schedules } = bench.services;
  const outcomes: string[] = [];
  const worker = new JobWorker({
    ...bench.ports,
    queue,
    scheduler: new JobScheduler({
      ...bench.ports,
      queue,
      schedules: schedules.filter((schedule) => schedule.kind === kind),
    }),
    name: "test",
    slots: 1,
    mostPerAccount: 1,
    lookMs: 5,
    events: { ended: (_job, outcome) => void outcomes.push(outcome) },
    ...(onStep === undefined ? {} : { onStep: async (_job, step) => onStep(step) }),
  });
  bench.clock.advance(laterMs);
  worker.start();
  while (outcomes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await worker.stop();
  return outcomes;
}

import { setTimeout as sleep } from "node:timers/promises";
import {
  type Job,
  type JobKind,
  JobQueue,
  JobScheduler,
  JobWorker,
  type Letter,
  type MailError,
  type Mailer,
  type MailPlace,
} from "@consigne/core";
import { type Bench, openBench } from "./_services.ts";

/** Keeps mails, or fails as told. */
export class Post implements Mailer {
  place: MailPlace = { kind: "folder", path: "/nowhere" };
  readonly letters: Letter[] = [];
  failure: MailError | undefined;

  async send(letter: Letter): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.letters.push(letter);
  }

  async close(): Promise<void> {}

  /** Tokens of the reset mails, oldest first. */
  get tokens(): string[] {
    return this.letters.flatMap((letter) => (letter.kind === "password-reset" ? [letter.token] : []));
  }
}

export async function openPost(): Promise<{ bench: Bench; post: Post } & AsyncDisposable> {
  const post = new Post();
  const bench = await openBench({ replace: () => ({ mailer: post }) });
  return { bench, post, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

/** Runs the jobs that are due, and returns when there are no more. */
export function work(bench: Bench): Promise<void> {
  return workOn(bench, bench.services.jobs);
}

type OnStep = (job: Job, step: string) => Promise<void>;

/** The same, with this much time for each attempt at a job of one kind. */
export function workInTime(bench: Bench, name: string, timeoutMs: number, onStep?: OnStep): Promise<void> {
  return workWith(bench, name, (kind) => ({ ...kind, timeoutMs }), onStep);
}

/** The same, with another implementation for one kind of job. */
export function workWith(
  { services, ports, clock }: Bench,
  name: string,
  changed: (kind: JobKind) => JobKind,
  onStep?: OnStep,
): Promise<void> {
  const kinds = [...services.jobs.kinds.values()].map((kind) => (kind.name === name ? changed(kind) : kind));
  return workOn({ ports, clock }, new JobQueue({ database: ports.database, clock, kinds }), onStep);
}

async function workOn(
  { ports, clock }: Pick<Bench, "ports" | "clock">,
  queue: JobQueue,
  onStep?: OnStep,
): Promise<void> {
  const { database } = ports;
  const scheduler = new JobScheduler({ database, queue, clock, schedules: [] });
  const limits = { slots: 1, mostPerAccount: 1, lookMs: 5, ...(onStep && { onStep }) };
  await using worker = new JobWorker({ database, queue, scheduler, clock, name: "test", ...limits });
  worker.start();
  const isDue = ({ state, runAt }: Job) => state !== "delayed" || runAt <= clock.now();
  const states = ["ready", "running", "delayed"] as const;
  while ((await queue.list("operator", { states })).some(isDue)) await sleep(5);
}

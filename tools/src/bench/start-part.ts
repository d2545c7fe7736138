import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { workOfThis } from "../process-times.ts";
import type { BenchRun } from "./bench-run.ts";
import { ConsigneClient, consigne } from "./client-run.ts";
import { type Comparison, compare, type Pair } from "./figures.ts";

interface StartCase {
  args: readonly string[];
  /** Whether no code is compiled yet. */
  isCold: boolean;
  /** The limit as a multiple of the reference. Undefined: only shown. */
  aim: number | undefined;
}

const cases: readonly StartCase[] = [
  { args: ["--help"], isCold: false, aim: 4 },
  { args: ["--help"], isCold: true, aim: undefined },
  { args: ["ls"], isCold: false, aim: 8 },
  { args: ["ls"], isCold: true, aim: undefined },
];

/** The duration of one start, in milliseconds. */
interface StartTime {
  elapsedMs: number;
  processorMs: number;
}

/** Measures starts of the command line, compared with a Node.js that does nothing, until each has ended. */
export async function measureStart(run: BenchRun): Promise<Comparison[]> {
  const server = await run.startServer("start");
  try {
    const home = join(run.folder, "home-start");
    const client = await ConsigneClient.open(server, home);
    await client.run(["mkdir", ":/folder"]);
    const comparisons: Comparison[] = [];
    for (const each of cases) comparisons.push(...(await compareStarts(each, run, client)));
    return comparisons;
  } finally {
    await server[Symbol.asyncDispose]();
  }
}

async function compareStarts(
  { args, isCold, aim }: StartCase,
  run: BenchRun,
  client: ConsigneClient,
): Promise<Comparison[]> {
  const elapsed: Pair[] = [];
  const processor: Pair[] = [];
  const compiled = join(client.cacheFolder, "consigne/compiled");
  const forget = isCold ? () => rm(compiled, { recursive: true, force: true }) : undefined;
  const { startRounds, startsInRound: count } = run.plan;
  for (let round = 0; round < startRounds; round += 1) {
    const ours = await startOften([consigne, ...args], client.environment, { count, before: forget });
    const reference = await startOften(["-e", "0"], client.environment, { count });
    elapsed.push({ ours: ours.elapsedMs, reference: reference.elapsedMs });
    processor.push({ ours: ours.processorMs, reference: reference.processorMs });
  }
  const name = `\`consigne ${args.join(" ")}\`${isCold ? ", nothing compiled yet" : ""}`;
  const head = { referenceName: "`node -e 0`", unit: "ms", aim } as const;
  return [compare({ ...head, name }, elapsed), compare({ ...head, name: `${name}, processor time` }, processor)];
}

/** @param before runs before each start, not counted */
async function startOften(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  { count, before }: { count: number; before?: (() => Promise<void>) | undefined },
): Promise<StartTime> {
  let elapsedMs = 0;
  let processorMs = 0;
  for (let started = 0; started < count; started += 1) {
    await before?.();
    const [workBefore, ownBefore, startedAt] = [workOfThis(), process.cpuUsage(), performance.now()];
    const child = spawn(process.execPath, args, { stdio: "ignore", env: environment });
    const [code] = (await once(child, "exit")) as [number | null];
    elapsedMs += performance.now() - startedAt;
    const own = process.cpuUsage(ownBefore);
    processorMs += workOfThis() - workBefore - (own.user + own.system) / 1000;
    if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}.`);
  }
  return { elapsedMs: elapsedMs / count, processorMs: processorMs / count };
}

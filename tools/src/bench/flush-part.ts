import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { BenchRun } from "./bench-run.ts";
import { ConsigneClient } from "./client-run.ts";
import { type ConsigneChild, uploadText } from "./consigne-child.ts";
import { type ClientMemory, type Comparison, compare, type DelayReading, type Pair } from "./figures.ts";
import { longestDelay } from "./loop-delay.ts";
import { makeTree } from "./small-files.ts";
import { runTimed } from "./timed-command.ts";
import { smallWrites } from "./writes-part.ts";

const FLUSH_MS = 10;
const MORE_SECONDS_AIM = 0.3;
const WRITES_AIM = 2000;
const DELAY_AIM_MS = 30;

export interface FlushFigures {
  comparisons: Comparison[];
  delays: DelayReading[];
  memory: ClientMemory[];
}

/** Measures the cost of a disk with flushes of 10 ms: two servers that only differ in that. */
export async function measureFlush(run: BenchRun): Promise<FlushFigures> {
  const preloaded = join(run.folder, "slow-flush.so");
  const source = join(import.meta.dirname, "slow-flush.c");
  await runTimed(["gcc", `-DFLUSH_MS=${FLUSH_MS}`, "-shared", "-fPIC", "-o", preloaded, source, "-ldl"]);
  const delayFile = join(run.folder, "flush-delay.txt");
  await using slow = await run.startServer("slow-flush", { preloaded, delayFile });
  await using usual = await run.startServer("usual-flush");
  const sync = await compareSyncs(run, slow, usual);
  const writes = await compareWrites(run, { slow, usual }, delayFile);
  return { ...writes, ...sync, comparisons: [...sync.comparisons, ...writes.comparisons] };
}

async function compareSyncs(
  run: BenchRun,
  slow: ConsigneChild,
  usual: ConsigneChild,
): Promise<Pick<FlushFigures, "comparisons" | "memory">> {
  const [folders = 0] = run.plan.trees.map((tree) => tree.folders);
  const { syncFilesInFolder: filesInFolder, syncFileBytes: fileBytes } = run.plan;
  const clients = await Promise.all([
    ConsigneClient.open(slow, join(run.folder, "home-slow")),
    ConsigneClient.open(usual, join(run.folder, "home-usual")),
  ]);
  const tree = join(run.folder, "flushed-tree");
  const pairs: Pair[] = [];
  let peakBytes = 0;
  for (let round = 0; round < run.plan.flushRounds; round += 1) {
    await makeTree(tree, { folders, filesInFolder, fileBytes });
    const runs = [];
    for (const client of clients) runs.push(await client.run(["sync", tree, `:/tree-${round}`]));
    const [ours, reference] = runs.map(({ seconds }) => seconds);
    pairs.push({ ours: ours ?? 0, reference: reference ?? 0 });
    peakBytes = Math.max(peakBytes, ...runs.map((each) => each.peakBytes));
    await rm(tree, { recursive: true });
  }
  const name = `\`consigne sync\`, ${folders * filesInFolder} files, each flush delayed by ${FLUSH_MS} ms`;
  const head = { name, unit: "s", referenceName: "no delay", aim: MORE_SECONDS_AIM, judged: "difference" } as const;
  return { comparisons: [compare(head, pairs)], memory: [{ name, peakBytes }] };
}

async function compareWrites(
  run: BenchRun,
  { slow, usual }: { slow: ConsigneChild; usual: ConsigneChild },
  delayFile: string,
): Promise<Pick<FlushFigures, "comparisons" | "delays">> {
  const { flushRounds, secondsOfRequests, secondsOfWarmUp } = run.plan;
  const kindsOf = async (server: ConsigneChild) =>
    smallWrites(server, await uploadText(server, "written.txt", "kept\n"));
  const [kinds, usualKinds] = [await kindsOf(slow), await kindsOf(usual)];
  const figures: Pick<FlushFigures, "comparisons" | "delays"> = { comparisons: [], delays: [] };
  for (const [at, kind] of kinds.entries()) {
    const pairs: Pair[] = [];
    const name = `${kind.name}, each flush delayed by ${FLUSH_MS} ms`;
    if (secondsOfWarmUp > 0) await kind.rate(slow.url, secondsOfWarmUp);
    await longestDelay(slow, delayFile);
    for (let round = 0; round < flushRounds; round += 1) {
      const reference = (await usualKinds[at]?.rate(usual.url, secondsOfRequests)) ?? 0;
      pairs.push({ reference, ours: await kind.rate(slow.url, secondsOfRequests) });
    }
    const longestMs = await longestDelay(slow, delayFile);
    const head = { name, unit: "requests/s", referenceName: "no delay", aim: WRITES_AIM, judged: "ours" } as const;
    figures.comparisons.push(compare(head, pairs));
    figures.delays.push({ name, longestMs, aimMs: DELAY_AIM_MS });
  }
  return figures;
}

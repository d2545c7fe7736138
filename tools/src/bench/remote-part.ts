import { randomBytes } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { familyTicks } from "../process-times.ts";
import type { BenchRun } from "./bench-run.ts";
import { type ConsigneChild, uploadByCurl, uploadText } from "./consigne-child.ts";
import { type Comparison, compare, type Pair } from "./figures.ts";
import { startNginx } from "./nginx-child.ts";
import { measureQueuedLatency } from "./queued-latency.ts";
import { changeContent } from "./random-file.ts";
import { fetchingServer, orderRemotes, waitForRemotes } from "./remote-orders.ts";

const MIB = 1024 * 1024;
const MS_PER_TICK = 10;
const TINY_BYTES = 1024;
/** How many files the server fetches from one host at once. */
const TINY_TOGETHER = 2;
/** Polling costs the server time too, so it is done less often where that is counted. */
const LOOK_MS = 50;
const LOOK_AT_TINY_MS = 100;

/** Compares files the server fetches from nginx on this machine with the same bytes sent to it. */
export async function measureRemote(run: BenchRun): Promise<Comparison[]> {
  await run.clear();
  const folder = join(run.folder, "source");
  await mkdir(folder);
  const big = join(folder, "big.bin");
  await rename(await run.takeSourceFile(), big);
  await using nginx = await startNginx(run.folder, folder);
  const source = { url: nginx.url, folder };
  const server = await run.startServer("fetching", fetchingServer);
  const comparisons: Comparison[] = [];
  try {
    comparisons.push(await measureBig(run, server, { url: `${source.url}/big.bin`, path: big }));
    comparisons.push(...(await measureTiny(run, server, source)));
  } finally {
    await server[Symbol.asyncDispose]();
  }
  comparisons.push(...(await measureQueuedLatency(run)));
  return comparisons;
}

async function measureBig(
  run: BenchRun,
  server: ConsigneChild,
  source: { url: string; path: string },
): Promise<Comparison> {
  const { fileBytes, remoteRounds } = run.plan;
  const pairs: Pair[] = [];
  for (let round = 0; round < remoteRounds; round++) {
    await changeContent(source.path);
    const sent = await uploadByCurl(server, source.path, `sent-${round}.bin`);
    await changeContent(source.path);
    const seconds = await fetchOne(server, source.url, fileBytes);
    pairs.push({ ours: fileBytes / MIB / seconds, reference: fileBytes / MIB / sent.seconds });
  }
  const name = `remote upload of one file of ${fileBytes / MIB} MiB`;
  return compare({ name, unit: "MiB/s", referenceName: "sent by curl", aim: 0.8 }, pairs);
}

/** Seconds from the order until the file is stored. */
async function fetchOne(server: ConsigneChild, url: string, expectedBytes: number): Promise<number> {
  const startedAt = performance.now();
  const [order = 0] = await orderRemotes(server, [url]);
  const [link] = await waitForRemotes(server, order, LOOK_MS);
  const seconds = (performance.now() - startedAt) / 1000;
  const { size } = await server.call("file/info", { url: link });
  if (Number(size) !== expectedBytes)
    throw new Error(`${String(size)} bytes were fetched instead of ${expectedBytes}.`);
  return seconds;
}

/** Fetches files so small that only the cost per file matters. */
async function measureTiny(
  run: BenchRun,
  server: ConsigneChild,
  source: { url: string; folder: string },
): Promise<Comparison[]> {
  const { tinyRemotes, remoteRounds } = run.plan;
  const processor: Pair[] = [];
  const wall: Pair[] = [];
  for (let round = 0; round < remoteRounds; round++) {
    const sent = await costOf(server, tinyRemotes, () => sendTiny(server, round, tinyRemotes));
    const urls = await makeTiny(source, round, tinyRemotes);
    const fetched = await costOf(server, tinyRemotes, async () => {
      for (const order of await orderRemotes(server, urls)) await waitForRemotes(server, order, LOOK_AT_TINY_MS);
    });
    processor.push({ ours: fetched.processorMs, reference: sent.processorMs });
    wall.push({ ours: fetched.wallMs, reference: sent.wallMs });
  }
  const named = (what: string) =>
    ({
      name: `each of ${tinyRemotes} remote uploads of ${TINY_BYTES / 1024} KiB, ${what}`,
      unit: "ms",
      referenceName: "sent to upload.cgi",
      aim: undefined,
    }) as const;
  return [compare(named("processor time"), processor), compare(named("elapsed"), wall)];
}

async function makeTiny(source: { url: string; folder: string }, round: number, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, number) => `tiny-${round}-${number}.txt`);
  for (const name of names) await writeFile(join(source.folder, name), tinyContent());
  return names.map((name) => `${source.url}/${name}`);
}

async function sendTiny(server: ConsigneChild, round: number, count: number): Promise<void> {
  let next = 0;
  const send = async (): Promise<void> => {
    while (next < count) await uploadText(server, `sent-${round}-${next++}.txt`, tinyContent());
  };
  await Promise.all(Array.from({ length: TINY_TOGETHER }, send));
}

const tinyContent = (): string => randomBytes(TINY_BYTES / 2).toString("hex");

/** The cost of each of the items that `work` handles. Processor time is that of the server only. */
async function costOf(
  server: ConsigneChild,
  count: number,
  work: () => Promise<void>,
): Promise<{ processorMs: number; wallMs: number }> {
  const ticks = ticksOf(server);
  const startedAt = performance.now();
  await work();
  const wallMs = (performance.now() - startedAt) / count;
  return { processorMs: ((ticksOf(server) - ticks) * MS_PER_TICK) / count, wallMs };
}

function ticksOf({ pid }: ConsigneChild): number {
  const family = familyTicks(pid);
  if (family === undefined) throw new Error("The kernel does not tell the server's processor time.");
  return [...family.values()].reduce((sum, ticks) => sum + ticks, 0);
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BenchRun } from "./bench-run.ts";
import { uploadByCurl } from "./consigne-child.ts";
import { type MemoryReading, medianOf } from "./figures.ts";
import { writeRandomFile } from "./random-file.ts";

const SAMPLE_MS = 100;

/** Runs several uploads at once, for each file size. Memory may grow with their number, but not with their size. */
export async function measureMemory(run: BenchRun): Promise<MemoryReading[]> {
  const readings: MemoryReading[] = [];
  for (const fileBytes of run.plan.togetherFileBytes) {
    await run.clear();
    readings.push(await measureTogether(run, fileBytes));
  }
  return readings;
}

async function measureTogether(run: BenchRun, fileBytes: number): Promise<MemoryReading> {
  const source = join(run.folder, "together.bin");
  await writeRandomFile(source, fileBytes);
  await using server = await run.startServer(`together-${fileBytes}`);
  const idleBytes = await memoryOf(server.pid, "VmRSS");
  const samples: number[] = [];
  const ended = new AbortController();
  const sampling = sample(server.pid, samples, ended.signal);
  const startedAt = performance.now();
  try {
    const numbers = Array.from({ length: run.plan.uploadsTogether }, (_, index) => index);
    await Promise.all(numbers.map((number) => uploadByCurl(server, source, `together-${number}.bin`)));
  } finally {
    ended.abort();
    await sampling;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const peakBytes = await memoryOf(server.pid, "VmHWM");
  const medianBytes = samples.length > 0 ? medianOf(samples) : peakBytes;
  return { uploads: run.plan.uploadsTogether, fileBytes, seconds, idleBytes, medianBytes, peakBytes };
}

async function sample(pid: number, samples: number[], ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    samples.push(await memoryOf(pid, "VmRSS"));
    await sleep(SAMPLE_MS, undefined, { signal: ended }).catch(() => undefined);
  }
}

/** Only Linux reports it. On other systems the part is skipped. */
async function memoryOf(pid: number, field: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`The kernel does not tell ${field}.`);
  return Number(kibibytes) * 1024;
}

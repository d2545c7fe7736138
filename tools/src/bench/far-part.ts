import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BenchRun } from "./bench-run.ts";
import { ConsigneClient } from "./client-run.ts";
import { uploadByCurl } from "./consigne-child.ts";
import { openFarLine } from "./far-line.ts";
import { type ClientMemory, type Comparison, compare, type Pair } from "./figures.ts";
import { changeContent, writeRandomFile } from "./random-file.ts";
import { runTimed } from "./timed-command.ts";

const MIB = 1024 * 1024;
const QUALITY = { roundTripMs: 40, loss: 0.001 };
const AIM = 3;
/** A single connection takes half a minute for 48 MiB. */
const DEADLINE_MS = 20 * 60_000;

export interface FarFigures {
  comparisons: Comparison[];
  memory: ClientMemory[];
}

/**
 * Sends one file over a long line whose packet losses slow down each connection separately. Another process measures it
 * in a separate network.
 */
export async function measureFar(run: BenchRun): Promise<FarFigures> {
  const program = fileURLToPath(import.meta.resolve("./far-program.ts"));
  const { farBytes, farRounds } = run.plan;
  const wanted = [run.folder, String(farBytes), String(farRounds)];
  const { output } = await runTimed(["unshare", "--net", process.execPath, program, ...wanted], DEADLINE_MS);
  return JSON.parse(output) as FarFigures;
}

/** Runs within that network. */
export async function measureLine(run: BenchRun): Promise<FarFigures> {
  const { farBytes, farRounds } = run.plan;
  await using line = await openFarLine(run.folder, QUALITY);
  await using server = await run.startServer("far", { settings: { CONSIGNE_HOST: line.address } });
  const client = await ConsigneClient.open(server, join(run.folder, "home-far"), line.through);
  const [file, copy] = [join(run.folder, "far.bin"), join(run.folder, "far-copy.bin")];
  await writeRandomFile(file, farBytes);
  const [ups, downs]: [Pair[], Pair[]] = [[], []];
  const peaks = { put: 0, get: 0 };
  const rate = ({ seconds }: { seconds: number }) => farBytes / MIB / seconds;
  for (let round = 0; round < farRounds; round += 1) {
    await changeContent(file);
    const sent = await uploadByCurl(server, file, `${round}.bin`, { through: line.through });
    const { url } = await server.call("download/get_token", { url: sent.link });
    const [program, ...words] = [...line.through, "curl", "--silent", "--show-error", "--fail", "--output", copy];
    const fetched = await runTimed([program, ...words, String(url)]);
    await rm(copy);
    await changeContent(file);
    const put = await client.run(["put", file, `:/put-${round}.bin`]);
    const got = await client.run(["get", `:/put-${round}.bin`, copy]);
    await rm(copy);
    ups.push({ ours: rate(put), reference: rate(sent) });
    downs.push({ ours: rate(got), reference: rate(fetched) });
    peaks.put = Math.max(peaks.put, put.peakBytes);
    peaks.get = Math.max(peaks.get, got.peakBytes);
  }
  const where = `${farBytes / MIB} MiB, ${QUALITY.roundTripMs} ms round trip, ${QUALITY.loss * 100} % packet loss`;
  const [put, get] = [`\`consigne put\`, ${where}`, `\`consigne get\`, ${where}`];
  const head = { unit: "MiB/s", referenceName: "one connection of curl", aim: AIM } as const;
  return {
    comparisons: [compare({ ...head, name: put }, ups), compare({ ...head, name: get }, downs)],
    memory: [
      { name: put, peakBytes: peaks.put },
      { name: get, peakBytes: peaks.get },
    ],
  };
}

import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BenchRun } from "./bench-run.ts";
import { ConsigneClient } from "./client-run.ts";
import { uploadByCurl } from "./consigne-child.ts";
import { type Comparison, compare, type Pair } from "./figures.ts";
import { changeContent } from "./random-file.ts";
import { runTimed } from "./timed-command.ts";

const MIB = 1024 * 1024;
const RATIO_AIM = 0.9;

/**
 * One big file up and down again, by `consigne put` and `get`, beside curl. Ours counts from the start of the program to
 * its end, the look into the folder before and the proof of the checksum included; curl does neither.
 */
export async function measureClient(run: BenchRun): Promise<Comparison[]> {
  const { fileBytes, clientRounds } = run.plan;
  const server = await run.startServer("client");
  try {
    const client = await ConsigneClient.open(server, join(run.folder, "home-client"));
    await client.run("mkdir", ":/client");
    const file = join(run.folder, "client.bin");
    await rename(await run.takeSourceFile(), file);
    const up: Pair[] = [];
    const down: Pair[] = [];
    for (let round = 0; round < clientRounds; round += 1) {
      await changeContent(file);
      const byCurl = await uploadByCurl(server, file, `curl-${round}.bin`);
      await changeContent(file);
      const sent = await client.run("put", file, `:/client/${round}.bin`);
      up.push(ratesOf(fileBytes, sent.seconds, byCurl.seconds));
      const { url } = await server.call("download/get_token", { url: byCurl.link });
      const target = join(run.folder, "curl.bin");
      const fetched = await runTimed(["curl", "--silent", "--show-error", "--fail", "--output", target, String(url)]);
      await rm(target);
      const copy = join(run.folder, "client-copy.bin");
      const received = await client.run("get", `:/client/${round}.bin`, copy);
      await rm(copy);
      down.push(ratesOf(fileBytes, received.seconds, fetched.seconds));
    }
    const head = { unit: "MiB/s", aim: RATIO_AIM } as const;
    return [
      compare({ ...head, name: `consigne, ${fileBytes / MIB} MiB up`, referenceName: "curl" }, up),
      compare({ ...head, name: `consigne, ${fileBytes / MIB} MiB down`, referenceName: "curl" }, down),
    ];
  } finally {
    await server[Symbol.asyncDispose]();
  }
}

function ratesOf(bytes: number, ourSeconds: number, theirSeconds: number): Pair {
  return { ours: bytes / MIB / ourSeconds, reference: bytes / MIB / theirSeconds };
}

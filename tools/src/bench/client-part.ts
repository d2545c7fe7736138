import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BenchRun } from "./bench-run.ts";
import { ConsigneClient } from "./client-run.ts";
import { type ConsigneChild, uploadByCurl } from "./consigne-child.ts";
import { keepOnCore } from "./cores.ts";
import { type ClientMemory, type Comparison, compare, type Pair } from "./figures.ts";
import { changeContent } from "./random-file.ts";
import { opensslDigest, runTimed } from "./timed-command.ts";

const MIB = 1024 * 1024;
const RATIO_AIM = 0.9;
const SERVER_CORE = 0;
const CLIENT_CORE = 1;

/**
 * Uploads and downloads one big file with `consigne put` and `get`, compared with curl. Our time includes the program's
 * start and end, the listing of the folder and the checksum. curl does neither of the last two.
 */
export async function measureClient(run: BenchRun): Promise<{ comparisons: Comparison[]; memory: ClientMemory[] }> {
  const server = await run.startServer("client");
  try {
    const client = await ConsigneClient.open(server, join(run.folder, "home-client"));
    await client.run(["mkdir", ":/client"]);
    const file = join(run.folder, "client.bin");
    await rename(await run.takeSourceFile(), file);
    const transfers = new BigTransfers(run, server, client, file);
    for (let round = 0; round < run.plan.clientRounds; round += 1) await transfers.measure(round);
    // Done last, because threads pinned to a core cannot be restored without knowing where they ran.
    await keepOnCore(server.pid, SERVER_CORE);
    for (let round = 0; round < run.plan.clientRounds; round += 1) await transfers.measureApart(round);
    return transfers.figures();
  } finally {
    await server[Symbol.asyncDispose]();
  }
}

class BigTransfers {
  readonly #run: BenchRun;
  readonly #server: ConsigneChild;
  readonly #client: ConsigneClient;
  readonly #file: string;
  readonly #put: Pair[] = [];
  readonly #putApart: Pair[] = [];
  readonly #putAndDigest: Pair[] = [];
  readonly #get: Pair[] = [];
  readonly #getAndDigest: Pair[] = [];
  readonly #getUnproved: Pair[] = [];
  readonly #peaks = { put: 0, get: 0 };

  constructor(run: BenchRun, server: ConsigneChild, client: ConsigneClient, file: string) {
    this.#run = run;
    this.#server = server;
    this.#client = client;
    this.#file = file;
  }

  async measure(round: number): Promise<void> {
    const byCurl = await this.#uploadByCurl(`curl-${round}.bin`);
    const sent = await this.#putFile(`${round}.bin`);
    this.#put.push(this.#rates(sent.seconds, byCurl.seconds));
    const startedAt = performance.now();
    await Promise.all([this.#uploadByCurl(`digest-${round}.bin`), opensslDigest(this.#file)]);
    this.#putAndDigest.push(this.#rates(sent.seconds, (performance.now() - startedAt) / 1000));

    const target = join(this.#run.folder, "curl.bin");
    const { url } = await this.#server.call("download/get_token", { url: byCurl.link });
    const fetched = await runTimed(["curl", "--silent", "--show-error", "--fail", "--output", target, String(url)]);
    const digest = await opensslDigest(target);
    await rm(target);
    const proved = await this.#getFile(`${round}.bin`);
    const unproved = await this.#getFile(`${round}.bin`, "--no-verify");
    this.#get.push(this.#rates(proved, fetched.seconds));
    this.#getAndDigest.push(this.#rates(proved, fetched.seconds + digest.seconds));
    this.#getUnproved.push(this.#rates(unproved, fetched.seconds));
  }

  /** Measures with the server on one core and the client on another, like two machines. */
  async measureApart(round: number): Promise<void> {
    await changeContent(this.#file);
    const byCurl = await uploadByCurl(this.#server, this.#file, `apart-${round}.bin`, { core: CLIENT_CORE });
    const sent = await this.#putFile(`apart-${round}.bin`, { core: CLIENT_CORE });
    this.#putApart.push(this.#rates(sent.seconds, byCurl.seconds));
  }

  figures(): { comparisons: Comparison[]; memory: ClientMemory[] } {
    const size = `${this.#run.plan.fileBytes / MIB} MiB`;
    const beside = (name: string, referenceName: string, pairs: readonly Pair[]): Comparison =>
      compare({ name, referenceName, unit: "MiB/s", aim: RATIO_AIM }, pairs);
    return {
      comparisons: [
        beside(`\`consigne put\`, ${size}`, "curl", this.#put),
        beside("the same, one core each for server and client", "curl", this.#putApart),
        beside("the same, sharing the cores", "curl, and openssl dgst at once", this.#putAndDigest),
        beside(`\`consigne get\`, ${size}`, "curl", this.#get),
        beside("the same", "curl, and openssl dgst then", this.#getAndDigest),
        beside(`\`consigne get --no-verify\`, ${size}`, "curl", this.#getUnproved),
      ],
      memory: [
        { name: `\`consigne put\`, ${size}`, peakBytes: this.#peaks.put },
        { name: `\`consigne get\`, ${size}`, peakBytes: this.#peaks.get },
      ],
    };
  }

  async #uploadByCurl(name: string): ReturnType<typeof uploadByCurl> {
    await changeContent(this.#file);
    return uploadByCurl(this.#server, this.#file, name);
  }

  async #putFile(name: string, options: { core?: number } = {}): Promise<{ seconds: number }> {
    await changeContent(this.#file);
    const sent = await this.#client.run(["put", this.#file, `:/client/${name}`], options);
    this.#peaks.put = Math.max(this.#peaks.put, sent.peakBytes);
    return sent;
  }

  /** Returns seconds. */
  async #getFile(name: string, ...options: string[]): Promise<number> {
    const copy = join(this.#run.folder, "client-copy.bin");
    const received = await this.#client.run(["get", ...options, `:/client/${name}`, copy]);
    await rm(copy);
    this.#peaks.get = Math.max(this.#peaks.get, received.peakBytes);
    return received.seconds;
  }

  #rates(ourSeconds: number, theirSeconds: number): Pair {
    const mebibytes = this.#run.plan.fileBytes / MIB;
    return { ours: mebibytes / ourSeconds, reference: mebibytes / theirSeconds };
  }
}

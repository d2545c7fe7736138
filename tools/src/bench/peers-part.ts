import { rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { BenchRun } from "./bench-run.ts";
import { ConsigneClient } from "./client-run.ts";
import type { ConsigneChild } from "./consigne-child.ts";
import { startCopyparty, type CopypartyChild } from "./copyparty-child.ts";
import { type ClientMemory, type Comparison, compare, type Pair } from "./figures.ts";
import { type NginxChild, startNginx } from "./nginx-child.ts";
import { changeContent } from "./random-file.ts";
import { runTimed } from "./timed-command.ts";

const MIB = 1024 * 1024;
const REMOTE = ":/file.bin";

/**
 * Sends one big file to our server and back, durable and verified, compared with other programs. Before each run,
 * copies are removed and the disk is idle.
 */
export async function measurePeers(run: BenchRun): Promise<{ comparisons: Comparison[]; memory: ClientMemory[] }> {
  const server = await run.server();
  await using nginx = await startNginx(run.folder, run.folder);
  await using copyparty = await startCopyparty(run.folder);
  const client = await ConsigneClient.open(server, join(run.folder, "home-peers"));
  const file = join(run.folder, "peers.bin");
  await rename(await run.takeSourceFile(), file);
  const transfers = new PeerTransfers(run, { server, nginx, copyparty, client }, file);
  for (let round = 0; round < run.plan.peerRounds; round += 1) await transfers.measure();
  return transfers.figures();
}

interface Programs {
  server: ConsigneChild;
  client: ConsigneClient;
  nginx: NginxChild;
  copyparty: CopypartyChild;
}

class PeerTransfers {
  readonly #run: BenchRun;
  readonly #programs: Programs;
  readonly #file: string;
  readonly #copy: string;
  readonly #putBesideU2c: Pair[] = [];
  readonly #putBesideDav: Pair[] = [];
  readonly #getBesideCurl: Pair[] = [];
  readonly #peaks = { put: 0, get: 0 };

  constructor(run: BenchRun, programs: Programs, file: string) {
    this.#run = run;
    this.#programs = programs;
    this.#file = file;
    this.#copy = join(run.folder, "copy.bin");
  }

  async measure(): Promise<void> {
    const { client, copyparty } = this.#programs;
    await changeContent(this.#file);
    await runTimed(["sync"]);
    const byU2c = await copyparty.send(this.#file, 2);
    if ((await copyparty.storedBytes()) < this.#run.plan.fileBytes)
      throw new Error("copyparty lacks some of the bytes.");
    await copyparty.clear();
    const byDav = await this.#putByDav();
    await runTimed(["sync"]);
    const put = await client.run(["put", this.#file, REMOTE]);
    this.#peaks.put = Math.max(this.#peaks.put, put.peakBytes);
    this.#putBesideU2c.push({ ours: put.seconds, reference: byU2c.seconds });
    this.#putBesideDav.push({ ours: put.seconds, reference: byDav });
    await this.#get();
    await client.run(["rm", "--yes", REMOTE]);
  }

  figures(): { comparisons: Comparison[]; memory: ClientMemory[] } {
    const size = `${this.#run.plan.fileBytes / MIB} MiB`;
    const put = `\`consigne put\`, ${size}, durable`;
    const get = `\`consigne get\`, ${size}, verified and durable`;
    const unit = "s";
    return {
      comparisons: [
        compare({ name: put, referenceName: "`u2c -j 2` to copyparty", unit, aim: 0.8 }, this.#putBesideU2c),
        compare({ name: "the same", referenceName: "curl to nginx, then sync", unit, aim: 1.8 }, this.#putBesideDav),
        compare({ name: get, referenceName: "curl, then sync", unit, aim: 1.3 }, this.#getBesideCurl),
      ],
      memory: [
        { name: put, peakBytes: this.#peaks.put },
        { name: get, peakBytes: this.#peaks.get },
      ],
    };
  }

  async #get(): Promise<void> {
    const { server, client } = this.#programs;
    const link = await linkOf(server);
    // Waits for the checksum computed in the background, so that it is not part of the next measurement.
    await server.call("file/info", { url: link });
    const { url } = await server.call("download/get_token", { url: link });
    await runTimed(["sync"]);
    const fetched = await runTimed(["curl", "--silent", "--show-error", "--fail", "--output", this.#copy, String(url)]);
    const flushed = await runTimed(["sync", this.#copy]);
    await rm(this.#copy);
    await runTimed(["sync"]);
    const got = await client.run(["get", REMOTE, this.#copy]);
    if ((await stat(this.#copy)).size !== this.#run.plan.fileBytes) throw new Error("The copy has another size.");
    await rm(this.#copy);
    this.#peaks.get = Math.max(this.#peaks.get, got.peakBytes);
    this.#getBesideCurl.push({ ours: got.seconds, reference: fetched.seconds + flushed.seconds });
  }

  /** Seconds until the file is on the disk. */
  async #putByDav(): Promise<number> {
    const { nginx } = this.#programs;
    await rm(this.#copy, { force: true });
    await runTimed(["sync"]);
    const curl = ["curl", "--silent", "--show-error", "--fail", "--upload-file", this.#file] as const;
    const sent = await runTimed([...curl, `${nginx.url}/copy.bin`]);
    const flushed = await runTimed(["sync", this.#copy]);
    await rm(this.#copy);
    return sent.seconds + flushed.seconds;
  }
}

async function linkOf(server: ConsigneChild): Promise<string> {
  const { items } = await server.call("file/ls", { folder_id: 0 });
  const [first] = items as { url: string }[];
  if (first === undefined) throw new Error("The file that was sent is not there.");
  return first.url;
}

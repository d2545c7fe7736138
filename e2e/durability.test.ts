import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, it } from "node:test";
import { cleanVariables, finish, lacking } from "./_programs.ts";
import { Dice, times } from "./_proof.ts";
import { lacksRclone, Rclone } from "./_rclone.ts";
import { ServerProcess } from "./_server-process.ts";

const rounds = times({ sample: 6, full: 380 });
const rcloneRounds = times({ sample: 1, full: 20 });
const uploaders = 4;
const roundTimeoutMs = 60_000;
const dice = new Dice();
const seed = `seed ${dice.seed}`;

interface StorageReport {
  isSound: boolean;
  findings: { problem: string; isRepaired: boolean }[];
}

interface Listed {
  url: string;
  filename: string;
  size: number;
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function listed(server: ServerProcess): Promise<Listed[]> {
  return (await server.api.ok("file/ls", { folder_id: -1 }))["items"] as Listed[];
}

async function fsck(server: ServerProcess, ...options: string[]): Promise<StorageReport> {
  const run = await server.operate("fsck", "--json", ...options);
  assert.equal(run.code, 0, run.stdout + run.stderr);
  return JSON.parse(run.stdout) as StorageReport;
}

/** Uploads one file after another until the server is gone; records what was begun and what was acknowledged. */
class Uploader {
  readonly begun = new Map<string, string>();
  readonly acknowledged = new Set<string>();
  readonly #steps = new EventEmitter();
  readonly #server: ServerProcess;
  readonly #folder: string;

  constructor(server: ServerProcess, folder: string) {
    this.#server = server;
    this.#folder = folder;
  }

  async run(name: string): Promise<void> {
    const key = `Authorization: Bearer ${this.#server.apiKey}`;
    for (let count = 0; ; count++) {
      const filename = `${name}-${count}.bin`;
      const bytes = dice.bytes(count % 3 === 0 ? dice.whole(1, 4_000_000) : dice.whole(1, 20_000));
      await writeFile(join(this.#folder, filename), bytes);
      this.begun.set(filename, sha256(bytes));
      const form = ["-F", `file[]=@${filename}`, `${this.#server.url}/upload.cgi`];
      const { code, stdout } = await finish(
        "curl",
        ["-sS", "-o", "/dev/null", "-w", "%{http_code}", "-H", key, ...form],
        {
          variables: cleanVariables(this.#folder),
          folder: this.#folder,
        },
      );
      if (stdout === "302") {
        this.acknowledged.add(filename);
        this.#steps.emit("acknowledged");
      } else assert.ok(code !== 0, `answered ${stdout}`);
      if (code !== 0) return;
    }
  }

  /** Resolves at the next acknowledgement. */
  async next(): Promise<void> {
    const signal = AbortSignal.timeout(roundTimeoutMs);
    await once(this.#steps, "acknowledged", { signal }).catch((cause: unknown) => {
      throw new Error("no upload was acknowledged within a minute", { cause });
    });
  }
}

describe("a server killed in the middle of uploads", { skip: lacking(["curl", "--version"]) }, () => {
  let server: ServerProcess;
  before(async () => void (server = await ServerProcess.start()));
  after(() => server[Symbol.asyncDispose]());

  const name = `loses nothing acknowledged and shows nothing half-written in ${rounds} rounds (${seed})`;
  it(name, { timeout: rounds * roundTimeoutMs }, async () => {
    const folder = join(server.folder, "person");
    await mkdir(folder);
    const uploader = new Uploader(server, folder);
    const verified = new Set<string>();
    for (let round = 0; round < rounds; round++) {
      const running = Array.from({ length: uploaders }, (_, index) => uploader.run(`round${round}-${index}`));
      // However fast the machine is, something has been acknowledged in each round, and something is in progress.
      await uploader.next();
      await sleep(dice.whole(0, 600));
      await server.kill();
      await Promise.all(running);
      if (round % 3 === 0) assert.ok((await fsck(server)).isSound);
      await server.start();

      const files = await listed(server);
      const names = files.map(({ filename }) => filename);
      assert.equal(new Set(names).size, names.length);
      assert.deepEqual(
        [...uploader.acknowledged].filter((name) => !names.includes(name)),
        [],
      );
      for (const { url, filename, size } of files.filter((file) => !verified.has(file.filename))) {
        const { status, bytes } = await server.api.download(url);
        assert.deepEqual([status, bytes.length, sha256(bytes)], [200, size, uploader.begun.get(filename)], filename);
        verified.add(filename);
      }
    }
    assert.ok(uploader.acknowledged.size >= rounds, `only ${uploader.acknowledged.size} uploads were acknowledged`);

    await server.stop();
    assert.ok((await fsck(server, "--deep", "--repair")).isSound);
    // Unknown bytes are kept for some hours, because an upload may still be about to claim them.
    const { findings } = await fsck(server, "--deep");
    assert.deepEqual(
      findings.filter(({ problem }) => problem !== "bytes-without-row"),
      [],
    );
    await server.start();
    assert.equal((await listed(server)).length, verified.size);
  });
});

describe("rclone, while its server is killed and restarted", { skip: lacksRclone }, () => {
  let rclone: Rclone;
  // Its retries while the server is down count towards a lock, and each lock makes it sleep for half a minute.
  before(async () => void (rclone = await Rclone.start({ CONSIGNE_LIMITS: "off" })));
  after(() => rclone[Symbol.asyncDispose]());

  for (let round = 0; round < rcloneRounds; round++) {
    const name = `ends its sync with every file in place (${seed}${round === 0 ? "" : `, again ${round}`})`;
    it(name, { timeout: 300_000 }, () => syncOverKills(rclone, `synced${round}`));
  }
});

async function syncOverKills(rclone: Rclone, name: string): Promise<void> {
  const files = Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [`f${index}.bin`, dice.bytes(dice.whole(1, 6_000_000))]),
  );
  const folder = await rclone.local(name, files);
  let isDone = false;
  const sync = rclone
    .run(["sync", "--bwlimit", "4M", "--transfers", "4", folder, `my1fichier:${name}`])
    .finally(() => (isDone = true));
  for (let round = 0; round < 3 && !isDone; round++) {
    await sleep(dice.whole(800, 2500));
    await rclone.server.kill();
    await rclone.server.start();
  }
  const run = await sync;
  assert.equal(run.code, 0, run.stderr);
  await rclone.ok("check", folder, `my1fichier:${name}`);
  await rclone.ok("check", "--download", `my1fichier:${name}`, folder);
  await rclone.server.stop();
  assert.ok((await fsck(rclone.server, "--deep")).isSound);
  await rclone.server.start();
}

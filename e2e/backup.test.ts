import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { finish, type Finished } from "./_programs.ts";
import { Dice, times } from "./_proof.ts";
import { ServerProcess } from "./_server-process.ts";
import { lacksSmallDisks, SmallDisk } from "./_small-disk.ts";

const rounds = times({ sample: 2, full: 60 });
const kills = times({ sample: 2, full: 150 });
/** Fewer than a backup has rounds: each repeated round has met one of them. */
const REMOVALS = 15;
const dice = new Dice();
const seed = `seed ${dice.seed}`;
const bin = fileURLToPath(new URL("../apps/server/src/bin.ts", import.meta.url));
const settings = { CONSIGNE_TRASH_DAYS: "0", CONSIGNE_MIN_FREE_BYTES: "1", CONSIGNE_LIMITS: "off" };

async function fsck(server: ServerProcess, folder: string): Promise<void> {
  const { code, stdout, stderr } = await on(server, folder, "fsck", "--deep");
  assert.equal(code, 0, stdout + stderr);
}

/** Runs `consigne-server` on another data folder than the server's. */
const on = (server: ServerProcess, folder: string, ...args: string[]): Promise<Finished> =>
  finish(process.execPath, [bin, ...args], {
    variables: { ...server.variables, CONSIGNE_DATA_DIR: folder },
    folder: server.folder,
  });

function namesIn(folder: string): Set<unknown> {
  const database = new DatabaseSync(join(folder, "consigne.sqlite"), { readOnly: true });
  try {
    return new Set(
      database
        .prepare("select name from files")
        .all()
        .map((row) => row["name"]),
    );
  } finally {
    database.close();
  }
}

/** Uploads until told to stop, and removes some of its files again. */
class Load {
  readonly kept: string[] = [];
  #isStopped = false;
  #removals = 0;

  allowRemovals(count: number): void {
    this.#removals = count;
  }

  stop(): void {
    this.#isStopped = true;
  }

  async run(server: ServerProcess, worker: string): Promise<void> {
    for (let count = 0; !this.#isStopped; count++) {
      const name = `${worker}-${count}.bin`;
      const [file] = await server.api.upload({ [name]: new Uint8Array(dice.bytes(dice.whole(1, 60_000))) });
      if (this.#removals > 0 && count % 2 === 0) {
        this.#removals -= 1;
        await server.api.ok("file/rm", { files: [{ url: file?.download }] });
      } else this.kept.push(name);
    }
  }
}

suite("consigne-server backup", () => {
  let server: ServerProcess;
  before(async () => void (server = await ServerProcess.start(settings)));
  after(() => server[Symbol.asyncDispose]());

  test(`contains every upload acknowledged before it started, despite uploads and removals meanwhile, ${seed}`, async () => {
    const folder = join(server.folder, "beside");
    const load = new Load();
    const running = Promise.all(["a", "b"].map((worker) => load.run(server, worker)));
    for (let round = 0; round < rounds; round++) {
      load.allowRemovals(REMOVALS);
      const kept = [...load.kept];
      const { code, stdout, stderr } = await server.operate("backup", folder);
      assert.equal(code, 0, stdout + stderr);
      await fsck(server, folder);
      const names = namesIn(folder);
      for (const name of kept) assert.ok(names.has(name), `${name} was acknowledged before round ${round}`);
    }
    load.stop();
    await running;
  });

  test(`stays intact whenever it is killed, and resumes, ${seed}`, async () => {
    const folder = join(server.folder, "killed");
    let names = new Set<unknown>();
    for (let round = 0; round < kills; round++) {
      await server.api.upload({ [`before ${round}.bin`]: new Uint8Array(dice.bytes(dice.whole(1, 3_000_000))) });
      const child = spawn(process.execPath, [bin, "backup", folder], { env: server.variables, stdio: "ignore" });
      const closed = once(child, "close");
      await Promise.race([sleep(dice.whole(0, 2000)), closed]);
      child.kill("SIGKILL");
      await closed;
      if (existsSync(join(folder, "consigne.sqlite"))) {
        await fsck(server, folder);
        const found = namesIn(folder);
        for (const name of names) assert.ok(found.has(name), `${String(name)} was in the backup`);
        names = found;
      }
    }
    const last = await server.operate("backup", folder, "--json");
    assert.equal(last.code, 0, last.stderr);
    const again = await server.operate("backup", folder, "--json");
    const report = JSON.parse(again.stdout) as Record<string, unknown>;
    assert.deepEqual([report["copied"], report["copiedBytes"], report["isSound"]], [0, 0, true]);
  });

  test("keeps the earlier backup when the disk is full, and resumes", { skip: lacksSmallDisks() }, async () => {
    await using small = await ServerProcess.start(settings);
    using disk = SmallDisk.mount("size=24m");
    const folder = join(disk.path, "backup");
    await small.api.upload({ "small.bin": new Uint8Array(dice.bytes(1000)) });
    const first = await small.operate("backup", folder);
    assert.equal(first.code, 0, first.stderr);
    await small.api.upload({ "large.bin": new Uint8Array(dice.bytes(30_000_000)) });
    const full = await small.operate("backup", folder);
    assert.equal(full.code, 1);
    assert.match(full.stderr, /The disk of .* is full\. The backup of \S+ in it is complete\. Make room there/);
    await fsck(small, folder);
    assert.deepEqual([...namesIn(folder)], ["small.bin"]);
    disk.remount("rw", "size=64m");
    const second = await small.operate("backup", folder, "--json");
    assert.equal(second.code, 0, second.stderr);
    assert.equal((JSON.parse(second.stdout) as Record<string, unknown>)["copied"], 1);
  });
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { cleanVariables, finish } from "./_programs.ts";
import { Dice, times } from "./_proof.ts";
import { ServerProcess } from "./_server-process.ts";

const PART_BYTES = 8 * 1024 ** 2;
const rounds = times({ sample: 3, full: 300 });
const dice = new Dice();
const bin = fileURLToPath(new URL("../apps/cli/src/bin.ts", import.meta.url));
const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

suite("consigne put, to a server that keeps being killed", () => {
  let server: ServerProcess;
  before(async () => void (server = await ServerProcess.start({ CONSIGNE_MIN_FREE_BYTES: "1" })));
  after(() => server[Symbol.asyncDispose]());

  const variables = () => ({
    ...cleanVariables(server.folder),
    CONSIGNE_URL: server.url,
    CONSIGNE_API_KEY: server.apiKey,
  });

  /** The parts of the only unfinished upload; none if there is none. */
  async function listParts(): Promise<number[]> {
    const { uploads } = await server.api.ok("/x/v1/uploads/list", {});
    const [upload] = uploads as { id: string }[];
    if (upload === undefined) return [];
    const { parts } = await server.api.ok("/x/v1/uploads/parts", { id: upload.id });
    return (parts as { part: number }[]).map(({ part }) => part);
  }

  /** Kills server and client, one shortly after the other, at any moment of a put. */
  async function putUntilKilled(path: string): Promise<void> {
    const [first, second] = [dice.whole(0, 1200), dice.whole(0, 200)];
    const client = spawn(process.execPath, [bin, "put", path, ":/"], { env: variables(), stdio: "ignore" });
    const gone = new Promise((resolve) => client.once("close", resolve));
    const ends = [() => server.kill(), async () => void client.kill("SIGKILL")];
    if (dice.next() < 0.5) ends.reverse();
    await sleep(first);
    await ends[0]?.();
    await sleep(second);
    await ends[1]?.();
    await gone;
    await server.start();
  }

  test(`loses no earlier file and never stores a mixture over ${rounds} kills, seed ${dice.seed}`, async () => {
    for (let round = 0; round < rounds; round++) {
      const content = dice.bytes(4 * PART_BYTES + dice.whole(1, 10_000));
      const path = join(server.folder, `round ${round}.bin`);
      await writeFile(path, content);
      await putUntilKilled(path);
      const before = await listParts();
      const put = await finish(process.execPath, [bin, "put", "--verbose", path, ":/"], {
        variables: variables(),
        folder: server.folder,
      });
      assert.equal(put.code, 0, put.stderr);
      const [, resumed = "0"] = /; (\d+) already on the server$/m.exec(put.stderr) ?? [];
      assert.ok(Number(resumed) >= before.length, `${before.length} were there: ${put.stderr}`);
      const items = (await server.api.ok("file/ls", { folder_id: 0 }))["items"] as { filename: string; url: string }[];
      const [file, ...others] = items.filter(({ filename }) => path.endsWith(filename));
      assert.ok(file !== undefined && others.length === 0);
      const bytes = (await server.api.download(file.url)).bytes;
      assert.equal(digestOf(bytes), digestOf(content));
      assert.deepEqual(await listParts(), []);
      await server.api.ok("file/rm", { files: [{ url: file.url }] });
    }
    const fsck = await server.operate("fsck", "--json");
    assert.equal(fsck.code, 0, fsck.stdout + fsck.stderr);
  });
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { cleanVariables } from "./_programs.ts";
import { Dice, times } from "./_proof.ts";
import { ServerProcess } from "./_server-process.ts";

const MIB = 1024 ** 2;
const rounds = times({ sample: 3, full: 300 });
const dice = new Dice();
const sender = fileURLToPath(new URL("./_tus-sender.ts", import.meta.url));
const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** The program's output until its end, whatever the reason. */
interface Told {
  code: number | null;
  url: string | undefined;
  /** Offset of its first PATCH; undefined if it sent nothing. */
  from: number | undefined;
  /** According to the last answer. */
  accepted: number;
  link: string | undefined;
  errors: string;
}

suite("tus-js-client and the server, each killed at random", () => {
  let server: ServerProcess;
  before(async () => void (server = await ServerProcess.start({ CONSIGNE_MIN_FREE_BYTES: "1" })));
  after(() => server[Symbol.asyncDispose]());

  const memory = () => join(server.folder, "memory.json");
  function send(path: string, chunkBytes: number) {
    const args = [sender, `${server.url}/x/v1/tus`, server.apiKey, path, memory(), String(chunkBytes)];
    const child = spawn(process.execPath, args, {
      env: cleanVariables(server.folder),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, errors] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    const told = new Promise<Told>((resolve) => {
      child.once("close", (code) => {
        // The last line may be incomplete.
        const lines = stdout.split("\n").slice(0, -1);
        const all = lines.map((line) => JSON.parse(line) as Partial<Told>);
        const last = <Name extends keyof Told>(name: Name) => all.findLast((line) => line[name] !== undefined)?.[name];
        const from = all.find((line) => line.from !== undefined)?.from;
        resolve({ code, url: last("url"), from, accepted: last("accepted") ?? 0, link: last("link"), errors });
      });
    });
    return { child, told };
  }

  /** Kills server and client, one shortly after the other, at any moment of an upload. */
  async function sendUntilKilled(path: string, chunkBytes: number): Promise<Told> {
    const [first, second] = [dice.whole(0, 1500), dice.whole(0, 200)];
    const { child, told } = send(path, chunkBytes);
    const ends = [() => server.kill(), async () => void child.kill("SIGKILL")];
    if (dice.next() < 0.5) ends.reverse();
    await sleep(first);
    await ends[0]?.();
    await sleep(second);
    await ends[1]?.();
    const killed = await told;
    await server.start();
    return killed;
  }

  /** The offset of an upload, according to the server. */
  async function offsetOf(url: string): Promise<number> {
    const headers = { authorization: `Bearer ${server.apiKey}`, "tus-resumable": "1.0.0" };
    const answer = await fetch(url, { method: "HEAD", headers });
    assert.equal(answer.status, 200, url);
    return Number(answer.headers.get("upload-offset"));
  }

  const openUploads = async () =>
    (await server.api.ok("/x/v1/uploads/list", {}))["uploads"] as { id: string; received_size: number }[];

  test(`lose nothing acknowledged and make one file over ${rounds} kills, seed ${dice.seed}`, async () => {
    for (let round = 0; round < rounds; round++) {
      const content = dice.bytes(12 * MIB + dice.whole(1, 10_000));
      const chunkBytes = dice.whole(MIB, 16 * MIB);
      const name = `round ${round}.bin`;
      const path = join(server.folder, name);
      await writeFile(path, content);
      await rm(memory(), { force: true });
      const killed = await sendUntilKilled(path, chunkBytes);
      const offset = killed.url === undefined ? 0 : await offsetOf(killed.url);
      assert.ok(offset >= killed.accepted, `${killed.accepted} bytes were acknowledged, ${offset} are there`);
      const { code, url, from, link, errors } = await send(path, chunkBytes).told;
      assert.deepEqual([code, errors], [0, ""]);
      if (url === killed.url)
        assert.equal(from, offset === content.length ? undefined : offset, "nothing is sent twice");
      const items = (await server.api.ok("file/ls", { folder_id: 0 }))["items"] as { filename: string; url: string }[];
      assert.deepEqual(
        items.map((item) => [item.filename, item.url]),
        [[name, link]],
      );
      assert.equal(digestOf((await server.api.download(link ?? "")).bytes), digestOf(content));
      // If an upload was made but not remembered yet, nothing had been sent.
      for (const { id, received_size: sizeBytes } of await openUploads()) {
        assert.equal(sizeBytes, 0);
        await server.api.ok("/x/v1/uploads/abort", { id });
      }
      await server.api.ok("file/rm", { files: [{ url: link }] });
    }
    const fsck = await server.operate("fsck", "--json");
    assert.equal(fsck.code, 0, fsck.stdout + fsck.stderr);
  });
});

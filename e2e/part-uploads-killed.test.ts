import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, suite, test } from "node:test";
import { Dice, times } from "./_proof.ts";
import { ServerProcess } from "./_server-process.ts";
import { begin, PART_BYTES, partOf, put } from "./wire/_parts.ts";

const rounds = times({ sample: 3, full: 300 });
const dice = new Dice();
const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

suite("uploads in parts, on a server that keeps being killed", () => {
  let server: ServerProcess;
  before(async () => void (server = await ServerProcess.start({ CONSIGNE_MIN_FREE_BYTES: "1" })));
  after(() => server[Symbol.asyncDispose]());

  const listedParts = async (id: string) =>
    ((await server.api.ok("/x/v1/uploads/parts", { id }))["parts"] as { part: number }[]).map(({ part }) => part);

  /** Does something that a kill interrupts at any moment; false if it was interrupted. */
  const untilKilled = async (work: () => Promise<unknown>): Promise<void> => {
    const killed = sleep(dice.whole(0, 250)).then(() => server.kill());
    await Promise.allSettled([work(), killed]);
    await server.start();
  };

  test(`lose nothing acknowledged and never show a partial file over ${rounds} kills, seed ${dice.seed}`, async () => {
    const content = dice.bytes(3 * PART_BYTES + dice.whole(1, 10_000));
    const checksums = new Set<unknown>();
    for (let round = 0; round < rounds; round++) {
      const filename = `round ${round}.bin`;
      const { id } = await begin(server.api, content.length, { filename });
      const acknowledged = new Set<number>();
      let sentAgain = 0;
      const sendLacking = async () => {
        const there = new Set(await listedParts(id));
        for (const number of acknowledged) assert.ok(there.has(number), `part ${number} was acknowledged`);
        const lacking = [1, 2, 3, 4].filter((number) => !there.has(number));
        const send = async (number: number) => {
          if (acknowledged.has(number)) sentAgain += 1;
          const { status } = await put(server, server.apiKey, { id, number, bytes: partOf(content, number) });
          if (status === 200) acknowledged.add(number);
        };
        const half = lacking.splice(0, 2);
        await Promise.all(half.map(send));
        await Promise.all(lacking.map(send));
      };
      await untilKilled(sendLacking);
      await sendLacking();
      assert.deepEqual(await listedParts(id), [1, 2, 3, 4]);
      assert.equal(sentAgain, 0);
      await untilKilled(() => server.api.ok("/x/v1/uploads/complete", { id }));
      const { file } = await server.api.ok("/x/v1/uploads/complete", { id });
      const { url } = file as { url: string };
      const items = (await server.api.ok("file/ls", { folder_id: 0 }))["items"] as { filename: string }[];
      assert.equal(items.filter((item) => item.filename === filename).length, 1);
      const direct = String((await server.api.ok("download/get_token", { url }))["url"]);
      const bytes = new Uint8Array(await (await fetch(direct)).arrayBuffer());
      assert.equal(digestOf(bytes), digestOf(content));
      // If killed before it was known, it is computed now; identical files have the same.
      checksums.add((await server.api.ok("file/info", { url }))["checksum"]);
      await server.api.ok("file/rm", { files: [{ url }] });
    }
    assert.equal(checksums.size, 1);
    assert.match(String([...checksums][0]), /^[0-9a-f]{128}$/);
    const fsck = await server.operate("fsck", "--json");
    assert.equal(fsck.code, 0, fsck.stdout + fsck.stderr);
  });
});

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, suite, test } from "node:test";
import { Dice, times } from "./_proof.ts";
import { ServerProcess } from "./_server-process.ts";
import { beginBatch, framed, putBatch, sha256Of } from "./wire/_batches.ts";

const rounds = times({ sample: 3, full: 300 });
const dice = new Dice();

suite("batches on a server that keeps being killed", () => {
  let server: ServerProcess;
  before(async () => void (server = await ServerProcess.start({ CONSIGNE_MIN_FREE_BYTES: "1" })));
  after(() => server[Symbol.asyncDispose]());

  test(`lose nothing acknowledged and never show a partial change over ${rounds} kills, seed ${dice.seed}`, async () => {
    for (let round = 0; round < rounds; round++) {
      const files = Array.from({ length: 300 }, (_, at) => ({
        path: `round ${round}/${at % 7}/${at}`,
        bytes: dice.bytes(dice.whole(1, 20_000)),
      }));
      const batch = beginBatch(server, server.apiKey);
      const seen = batch.untilLines(dice.whole(0, 2) * dice.whole(1, files.length)).catch(() => undefined);
      const killed = seen.then(() => sleep(dice.whole(0, 60))).then(() => server.kill());
      batch.sent.end(Buffer.concat(files.map(framed)));
      await Promise.allSettled([batch.ended, killed]);
      await server.start();
      const answered = batch.lines.filter(({ outcome }) => outcome !== undefined);
      for (const { outcome } of answered) assert.equal(outcome, "stored");
      for (const line of answered.slice(-3)) {
        const file = files[line.file ?? -1];
        const direct = String((await server.api.ok("download/get_token", { url: line.url }))["url"]);
        const bytes = new Uint8Array(await (await fetch(direct)).arrayBuffer());
        assert.equal(sha256Of(bytes), sha256Of(file?.bytes ?? Buffer.of()));
      }
      const again = await putBatch(server, server.apiKey, files);
      assert.equal(again.last.status, "OK");
      const wasThere = new Set(again.files.flatMap(({ file, outcome }) => (outcome === "exists" ? [file] : [])));
      for (const { file } of answered) assert.ok(wasThere.has(file), `file ${file} was answered`);
      const urls = new Map(again.files.map(({ file, url }) => [file, url]));
      for (const { file, url } of answered) assert.equal(urls.get(file), url);
      assert.equal(new Set(urls.values()).size, files.length);
    }
    const fsck = await server.operate("fsck", "--deep", "--json");
    assert.equal(fsck.code, 0, fsck.stdout + fsck.stderr);
  });
});

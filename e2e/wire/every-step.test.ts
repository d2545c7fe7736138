import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ApiClient, type ApiAnswer, startTestServer, type TestServer } from "@consigne/testkit";
import { type Fault, FaultySteps } from "./_every-step.ts";
import { assertRefusal, uploadOne } from "./_wire.ts";

const KEPT = "kept".repeat(1000);
/** More than any operation here takes. */
const MOST_STEPS = 400;
const faults: readonly Fault[] = ["full", "read-only", "broken"];

suite("after a fault at any single step", () => {
  let steps: FaultySteps;
  let server: TestServer;
  let owner: ApiClient;
  let kept = "";
  before(async () => {
    steps = await FaultySteps.make();
    server = await startTestServer({ replacePorts: steps.replacePorts });
    owner = new ApiClient(server, server.apiKey);
    kept = await uploadOne(owner, "kept.bin", KEPT);
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await steps[Symbol.asyncDispose]();
  });

  const names = async () => ((await owner.ok("file/ls"))["items"] as { filename: string }[]).map((f) => f.filename);

  async function remove(...urls: string[]): Promise<void> {
    await owner.ok("file/rm", { files: urls.map((url) => ({ url })) });
  }

  /** Invariants, whatever happened: no link to missing bytes, nothing staged, nothing unknown. */
  async function assertWhole(at: string): Promise<void> {
    assert.equal((await owner.download(kept)).bytes.toString(), KEPT, at);
    await server.services.bytesRemover.settle();
    await server.services.collector.collect();
    const { findings, isSound } = await server.services.storageCheck.run({ repair: false, isDeep: true });
    assert.deepEqual([isSound, findings], [true, []], at);
    assert.deepEqual(await steps.staged(), [], at);
  }

  /** Repeats one operation, with the fault one step later each time, until that step is not reached any more. */
  async function atEveryStep(operation: {
    prepare?: () => Promise<void>;
    run: () => Promise<ApiAnswer>;
    assertDone: (at: string) => Promise<void>;
    assertUndone: (at: string) => Promise<void>;
  }): Promise<void> {
    for (const staysBroken of [false, true]) {
      let refused = 0;
      for (let at = 0, isReached = true; isReached; at++) {
        assert.ok(at < MOST_STEPS, "the operation never ends");
        const fault = faults[at % faults.length] ?? "full";
        const where = `${fault} at step ${at}${staysBroken ? " and from then on" : ""}`;
        await operation.prepare?.();
        steps.arm(fault, at, staysBroken);
        const answer = await operation.run();
        isReached = steps.disarm();
        if (answer.status < 400) await operation.assertDone(where);
        else {
          refused += 1;
          assertRefusal(answer);
          assert.ok(answer.status >= 500, `${where}: ${answer.text}`);
          await operation.assertUndone(where);
        }
        await assertWhole(where);
      }
      assert.ok(refused > 3, `only ${refused} steps of it can fail`);
    }
  }

  test("an upload is complete or was never made, with new bytes or known ones", async () => {
    let count = 0;
    const ownNames = () => [`new ${count}.bin`, `known ${count}.bin`];
    await atEveryStep({
      run: () => {
        count += 1;
        const form = new FormData();
        form.append("file[]", new Blob([`content ${count}`.repeat(50_000)]), `new ${count}.bin`);
        form.append("file[]", new Blob([KEPT]), `known ${count}.bin`);
        return owner.request("/upload.cgi", { method: "POST", headers: { JSON: "1" }, body: form });
      },
      assertDone: async (at) => {
        const items = (await owner.ok("file/ls"))["items"] as { filename: string; url: string }[];
        const created = items.filter(({ filename }) => ownNames().includes(filename));
        assert.equal(created.length, 2, at);
        for (const { filename, url } of created) {
          const wanted = filename.startsWith("known") ? KEPT : `content ${count}`.repeat(50_000);
          assert.ok((await owner.download(url)).bytes.toString() === wanted, at);
        }
        await remove(...created.map(({ url }) => url));
      },
      assertUndone: async (at) => assert.deepEqual(await names(), ["kept.bin"], at),
    });
  });

  test("a copy exists or does not", async () => {
    let url = "";
    await atEveryStep({
      run: async () => {
        const answer = await owner.call("file/cp", { urls: [kept], rename: "copy.bin" });
        url = (answer.json?.["urls"] as { to_url: string }[] | undefined)?.[0]?.to_url ?? "";
        return answer;
      },
      assertDone: async (at) => {
        assert.equal((await owner.download(url)).bytes.toString(), KEPT, at);
        await remove(url);
      },
      assertUndone: async (at) => assert.deepEqual(await names(), ["kept.bin"], at),
    });
  });

  test("a removal happens or does not", async () => {
    let url = "";
    await atEveryStep({
      prepare: async () => void (url = await uploadOne(owner, "goes.bin", "goes")),
      run: () => owner.call("file/rm", { files: [{ url }] }),
      assertDone: async (at) => assert.deepEqual(await names(), ["kept.bin"], at),
      assertUndone: async (at) => {
        assert.equal((await owner.download(url)).bytes.toString(), "goes", at);
        await remove(url);
      },
    });
  });

  test("a download link that was returned works", async () => {
    let direct = "";
    await atEveryStep({
      run: async () => {
        const answer = await owner.call("download/get_token", { url: kept });
        direct = String(answer.json?.["url"]);
        return answer;
      },
      assertDone: async (at) => assert.equal(await (await fetch(direct)).text(), KEPT, at),
      assertUndone: async () => {},
    });
  });
});

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { endpoints, type ImportShowResponse } from "@consigne/contract";
import {
  type ApiAnswer,
  ApiClient,
  fault,
  startFaultyServer,
  startTestServer,
  type FaultyServer,
  type TestServer,
} from "@consigne/testkit";
import { assertAnswer } from "./_shapes.ts";
import { assertRefusal } from "./_wire.ts";

type Shown = ImportShowResponse["import"];

suite("imports over the wire", () => {
  let source: FaultyServer;
  let target: TestServer;
  let client: ApiClient;

  before(async () => {
    source = await startFaultyServer({ storage: "memory" });
    target = await startTestServer({ storage: "memory", settings: { CONSIGNE_REMOTE_ALLOW: "127.0.0.1" } });
    client = new ApiClient(target, target.apiKey);
    await source.seed.file("/photos/2025/a.bin", "alpha");
    await source.seed.file("/photos/b.bin", "beta");
  });
  after(async () => {
    await target[Symbol.asyncDispose]();
    await source[Symbol.asyncDispose]();
  });

  const call = async (name: "Add" | "Show" | "List" | "Entries" | "Cancel" | "Retry" | "Remove", body: object) => {
    const endpoint = endpoints[`import${name}`];
    const answer = await client.call(endpoint.path, body);
    if (answer.status === 200) assertAnswer(endpoint, answer);
    return answer;
  };
  const order = (more: object = {}) => ({
    source: `${source.url}/v1`,
    source_key: source.apiKey,
    path: "/photos",
    ...more,
  });
  const shownIn = ({ json }: Pick<ApiAnswer, "json">) => json?.["import"] as Shown;
  const ended = async (id: number): Promise<Shown> => {
    for (;;) {
      const shown = shownIn(await call("Show", { id }));
      if (shown.ended_at !== undefined) return shown;
      await sleep(20);
    }
  };

  test("are created, shown, and listed entry by entry and page by page", async () => {
    const added = shownIn(await call("Add", order()));
    assert.deepEqual([added.state, added.path, added.folder_id, added.is_dry_run], ["scanning", "/photos", 0, 0]);
    const done = await ended(added.id);
    assert.deepEqual([done.state, done.files.done], ["done", { count: 2, bytes: 9 }]);
    const { entries, next } = (await call("Entries", { id: added.id, limit: 2 })).json as {
      entries: { path: string }[];
      next: number;
    };
    const rest = (await call("Entries", { id: added.id, after: next })).json as { entries: { path: string }[] };
    assert.deepEqual([...entries, ...rest.entries].map(({ path }) => path).toSorted(), ["2025", "2025/a.bin", "b.bin"]);
    await call("Add", order({ dry_run: 1 }));
    const { imports } = (await call("List", { limit: 1 })).json as { imports: Shown[] };
    assert.equal(imports[0]?.is_dry_run, 1);
    await call("Cancel", { id: added.id });
    assert.equal(shownIn(await call("Show", { id: added.id })).state, "done");
    await call("Remove", { id: added.id });
    assertRefusal(await call("Show", { id: added.id }), 404, 469);
    assertRefusal(await call("Remove", { id: added.id }), 404, 469);
    const about = source.requests.list().find(({ headers }) => headers.authorization !== undefined);
    assert.equal(about?.headers.authorization, `Bearer ${source.apiKey}`);
  });

  test("never reveal the source's key, in answers or errors", async () => {
    const secret = "SecretKeyOfSomebodyElse_01234567";
    const added = shownIn(await call("Add", order({ source_key: secret })));
    const failed = await ended(added.id);
    assert.equal(failed.state, "failed");
    assert.match(failed.message ?? "", /does not accept the API key/);
    assert.equal((await call("Retry", { id: added.id })).status, 400);
    assert.equal(shownIn(await call("Retry", { id: added.id, source_key: secret })).state, "scanning");
    assert.equal((await ended(added.id)).state, "failed");
    const refused = await call("Add", order({ source_key: secret, links: ["https://x/?abcdefghij"] }));
    assert.equal(refused.status, 400);
    for (const answer of [failed, refused.text, added]) assert.ok(!JSON.stringify(answer).includes(secret));
  });

  test("fetch no address the operator does not allow, and send it no key", async () => {
    for (const url of ["http://127.0.0.2:8080/v1", "http://169.254.169.254/v1", "http://[::1]/v1", "http://10.0.0.1"]) {
      const failed = await ended(shownIn(await call("Add", order({ source: url }))).id);
      assert.deepEqual([failed.state, failed.files.done.count], ["failed", 0], url);
      assert.match(failed.message ?? "", /private or local network/, url);
    }
  });

  test("refuse a direct link into a forbidden network like any other address", async () => {
    const leadsInside = { body: { status: "OK", url: "http://127.0.0.2:8080/p1", message: "" } };
    source.faults.add("download/get_token", fault.answer(leadsInside), { times: 9 });
    const shown = await ended(shownIn(await call("Add", order({ folder_id: (await target.seed.folder("/x")).id }))).id);
    assert.deepEqual([shown.state, shown.files.failed.count > 0], ["done", true]);
    const { entries } = (await call("Entries", { id: shown.id, states: ["failed"] })).json as {
      entries: { message: string }[];
    };
    assert.match(entries[0]?.message ?? "", /private or local network/);
  });

  test("refuse 1fichier.com links without a key and say what to do", async () => {
    for (const link of [
      "https://1fichier.com/?abcdefghij0123456789",
      "https://abcdefghij.dl4free.com/",
      "http://www.cjoint.net/?abcdefghij0123456789&af=1",
    ]) {
      const refused = await client.call("/v1/remote/request.cgi", { urls: ["https://example.org/a", link] });
      assert.equal(refused.status, 400, link);
      assert.match(refused.text, /source_key/);
    }
  });
});

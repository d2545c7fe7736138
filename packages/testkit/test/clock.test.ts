import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";

const HOUR_MS = 3_600_000;

for (const [title, options] of [
  ["a clock that stands still", { clock: new VirtualClock() }],
  ["the system's clock", {}],
] as const) {
  suite(`setting the clock forward in ${title}`, () => {
    test("expires locks, download links and reports", async () => {
      await using server: TestServer = await startTestServer({ limits: "friendly", ...options });
      const client = new ApiClient(server, server.apiKey);
      const upload = await client.request("/upload.cgi", { method: "POST", body: formWith("r.txt") });
      const report = upload.headers.get("location") ?? "";
      const file = await server.seed.file("/f.txt", "f");
      const { url: direct } = await client.ok("download/get_token", { url: file.url });
      await server.limits.lock("key", { forMs: HOUR_MS });
      assert.equal((await client.call("file/ls")).status, 403);
      assert.equal((await client.request(report)).status, 200);

      server.clock.advance(HOUR_MS + 1000);
      assert.equal((await client.call("file/ls")).status, 200);
      assert.notEqual((await fetch(String(direct))).status, 200);

      server.clock.advance(48 * HOUR_MS);
      assert.equal((await client.request(report)).status, 404);
    });

    test("dates new files", async () => {
      await using server: TestServer = await startTestServer(options);
      server.clock.set(new Date("2027-01-02T03:04:05Z"));
      await server.seed.file("/dated.txt", "d");
      const { items } = await new ApiClient(server, server.apiKey).ok("file/ls");
      // French civil time.
      assert.match((items as { date: string }[])[0]?.date ?? "", /^2027-01-02 04:04:/);
    });
  });
}

function formWith(name: string): FormData {
  const form = new FormData();
  form.append("file[]", new Blob(["bytes"]), name);
  return form;
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@consigne/sdk";
import { ApiClient, startTestServer, VirtualClock } from "@consigne/testkit";
import { sendJson, startAnsweringServer } from "./_answering-server.ts";

/** In winter, in summer, and in both passes of the hour that French clocks show twice. */
const moments = ["2026-01-15T11:00:00Z", "2026-07-15T11:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"];

for (const zone of ["UTC", "America/New_York", "Asia/Kolkata"]) {
  test(`the times of a server in ${zone} are read correctly`, async () => {
    const clock = new VirtualClock();
    const settings = { CONSIGNE_WIRE_TIME_ZONE: zone };
    await using server = await startTestServer({ limits: "off", clock, settings });
    for (const pacing of [{ isShared: false }, "off"] as const) {
      const client = createClient({ url: server.url, apiKey: server.apiKey, pacing });
      for (const [index, moment] of moments.entries()) {
        server.clock.set(new Date(moment));
        const folder = `/at ${index} ${typeof pacing}`;
        const { url } = await server.seed.file(`${folder}/a.txt`, "a");
        const at = client.at(folder);
        const listing = await at.list();
        assert.equal(listing.files?.[0]?.uploadedAt?.getTime(), Date.parse(moment), moment);
        assert.equal(listing.createdAt?.getTime(), Date.parse(moment), moment);
        assert.equal((await client.files.info(url)).uploadedAt?.getTime(), Date.parse(moment), moment);
        assert.equal((await client.account.get()).statsAt?.getTime(), Date.parse(moment), moment);
        const second = 1000;
        const [before, after] = [Date.parse(moment) - second, Date.parse(moment) + second];
        const found = await client.files.list(listing.id, { sentAfter: new Date(before), sentBefore: new Date(after) });
        assert.equal(found.length, 1, moment);
      }
    }
  });
}

test("the wire uses the configured time zone", async () => {
  const clock = new VirtualClock();
  await using server = await startTestServer({ clock, settings: { CONSIGNE_WIRE_TIME_ZONE: "UTC" } });
  server.clock.set(new Date("2026-07-15T11:00:00Z"));
  await server.seed.file("/a.txt", "a");
  const client = new ApiClient(server, server.apiKey);
  const { items } = await client.ok("file/ls");
  assert.match((items as { date: string }[])[0]?.date ?? "", /^2026-07-15 11:00:/);
  assert.equal((await client.request("/x/v1/about")).json?.["wire_time_zone"], "UTC");
});

test("no wrong times are returned if the server cannot be asked for its zone", async () => {
  await using server = await startAnsweringServer((call, response) => {
    if (call.path === "/x/v1/about") return void response.destroy();
    sendJson(response, 200, { status: "OK", count: 0, items: [] });
  });
  const client = createClient({ url: server.url, apiKey: "k", pacing: "off", retries: 1 });
  await assert.rejects(client.files.list(0), { name: "NetworkError" });
  assert.equal(server.calls.filter(({ path }) => path === "/x/v1/about").length, 2);
});

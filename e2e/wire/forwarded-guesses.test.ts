import assert from "node:assert/strict";
import { test } from "node:test";
import { startTestServer } from "@consigne/testkit";
import { bearer, send } from "./_wire.ts";

/** More than the profile allows. */
const MANY = 30;

const ways: Record<string, { entry(index: number): string; counted: string; tries?: number }> = {
  "an address with changing ports": { entry: (index) => `198.51.100.7:${1024 + index}`, counted: "198.51.100.7" },
  "an IPv6 address with changing ports": {
    entry: (index) => `[2001:db8:1:2::7]:${1024 + index}`,
    counted: "2001:db8:1:2::/64",
  },
  "an address in changing spellings": {
    entry: (index) =>
      ["198.51.100.7", "::ffff:198.51.100.7", "::FFFF:c633:6407", "[::ffff:198.51.100.7]:80"][index % 4] ?? "",
    counted: "198.51.100.7",
  },
  "changing words that are not addresses": { entry: (index) => `unknown${index}`, counted: "127.0.0.1" },
  "changing networks of one IPv6 /48": {
    entry: (index) => `2001:db8:7:${index.toString(16)}::1`,
    counted: "2001:db8:7::/48",
    tries: 4 * MANY,
  },
  "an address and one of our proxies, both with ports": {
    entry: (index) => `198.51.100.7:${1024 + index}, 127.0.0.9:${1024 + index}`,
    counted: "198.51.100.7",
  },
};

for (const [what, { entry, counted, tries = MANY }] of Object.entries(ways)) {
  test(`guesses are counted together when a proxy forwards ${what}`, async () => {
    await using server = await startTestServer({ limits: "authentic" });
    for (let index = 0; index < tries; index += 1) {
      const headers = { ...bearer("x".repeat(32)), "x-forwarded-for": entry(index) };
      await send(`${server.url}/v1/user/info.cgi`, { method: "POST", headers });
    }
    const locks = await server.limits.locks();
    assert.ok(
      locks.some(({ subject }) => subject === counted),
      `no lock is in force: ${JSON.stringify(locks)}`,
    );
  });
}

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Mailer } from "@consigne/core";
import { openBench } from "../_services.ts";

const through = (place: Mailer["place"]): Mailer => ({ place, send: async () => {}, close: async () => {} });

for (const [place, email, isTold] of [
  [{ kind: "server", host: "mail.example.org" }, "admin@localhost", true],
  [{ kind: "server", host: "mail.example.org" }, "admin@example.org", false],
  [{ kind: "folder", path: "/outbox" }, "admin@localhost", false],
] as const) {
  const means = place.kind === "server" ? "a mail server" : "no mail server";
  test(`with ${means}, administrators ${isTold ? "are warned" : "are not warned"} that no e-mail reaches ${email}`, async () => {
    await using bench = await openBench({ replace: () => ({ mailer: through(place) }) });
    const { accounts, status } = bench.services;
    await accounts.create("operator", { email, password: "a long password", planId: "unlimited", isAdmin: true });
    const { attention } = await status.read("operator");
    assert.equal(attention.includes("no-administrator-mail"), isTold);
  });
}

test("the first administrator is found among however many older accounts", async () => {
  const mailer = through({ kind: "server", host: "mail.example.org" });
  await using bench = await openBench({ replace: () => ({ mailer }) });
  const { accounts, status } = bench.services;
  for (let count = 0; count < 120; count++) await bench.account();
  assert.equal(await accounts.findFirstAdministrator("operator"), undefined);
  const email = "admin@localhost";
  await accounts.create("operator", { email, password: "a long password", planId: "unlimited", isAdmin: true });
  assert.equal((await accounts.findFirstAdministrator("operator"))?.email, email);
  assert.equal(await status.findUnreachableAdministrator(), email);
});

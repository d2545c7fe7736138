import assert from "node:assert/strict";
import { test } from "node:test";
import { type Mailer, MailError } from "@consigne/core";
import { work } from "../_scheduled-work.ts";
import { openBench } from "../_services.ts";

const KIND = "mail-invitation";

test("an invitation counts as mailed only once the mail server has accepted its letter", async () => {
  let isRefusing = true;
  const mailer: Mailer = {
    place: { kind: "server", host: "mail.example.org" },
    send: async () => {
      if (isRefusing) throw new MailError("connection refused", { isFinal: false });
    },
    close: async () => {},
  };
  await using bench = await openBench({ replace: () => ({ mailer }) });
  const { invitations } = bench.services;
  const { id, email } = await invitations.invite("operator", { email: "new@example.org", planId: "premium" });
  const mailedAt = async () => (await invitations.getByEmail("operator", email)).mailedAt;
  await work(bench, KIND, undefined, 0);
  assert.equal(await mailedAt(), undefined);
  isRefusing = false;
  await work(bench, KIND);
  assert.deepEqual(await mailedAt(), bench.clock.now());

  isRefusing = true;
  await invitations.resend("operator", id);
  await work(bench, KIND, undefined, 0);
  assert.equal(await mailedAt(), undefined, "the current link was not mailed");
});

test("nobody is invited at an address that no e-mail can reach", async () => {
  const mailer: Mailer = {
    place: { kind: "server", host: "mail.example.org" },
    send: async () => assert.fail("Nothing is sent."),
    close: async () => {},
  };
  await using bench = await openBench({ replace: () => ({ mailer }) });
  const { invitations } = bench.services;
  await assert.rejects(
    invitations.invite("operator", { email: "new@localhost", planId: "premium" }),
    /No e-mail can reach "new@localhost"; nobody was invited\./,
  );
  assert.deepEqual(await invitations.page("operator", undefined, 10), []);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { isDomainError } from "@consigne/core";
import { byPassword, HOUR_MS, openBench } from "../_services.ts";

test("an administrator sends no more than 1,000 invitations an hour, also if each is revoked at once", async () => {
  await using bench = await openBench();
  const { accounts, invitations } = bench.services;
  const password = "a rather long one";
  const add = async (email: string) => {
    await accounts.create("operator", { email, password, planId: "free", isAdmin: true });
    return byPassword(bench, email, password);
  };
  const [one, other] = [await add("one@example.org"), await add("other@example.org")];
  let count = 0;
  const invite = (by: typeof one) => invitations.invite(by, { email: `${++count}@example.org`, planId: "free" });
  for (let sent = 0; sent < 1000; sent++) await invitations.revoke(one, (await invite(one)).id);
  await assert.rejects(invite(one), (error) => isDomainError(error, "too-busy"));
  await invite(other);
  await invitations.invite("operator", { email: "new@example.org", planId: "free" });
  bench.clock.advance(HOUR_MS / 4);
  await invite(await byPassword(bench, "one@example.org", password));
});

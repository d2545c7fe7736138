import assert from "node:assert/strict";
import { test } from "node:test";
import { isDomainError } from "@consigne/core";
import { openBench, overriding } from "../_services.ts";

test("a stream reports nothing after its right has ended, however close in time", async () => {
  let beforeLooking: (() => Promise<unknown>) | undefined;
  await using bench = await openBench({
    replace: ({ database }) => {
      const list: typeof database.changes.list = async (...asked) => {
        const step = beforeLooking;
        beforeLooking = undefined;
        await step?.();
        return database.changes.list(...asked);
      };
      return { database: overriding(database, { changes: overriding(database.changes, { list }) }) };
    },
  });
  const { events, folders, keys } = bench.services;
  const owner = await bench.account();
  const leaving = new AbortController();
  const open = async () => {
    const keyed = await bench.keyed(owner);
    const stream = await events.open(keyed, { after: undefined, signal: leaving.signal, recheckMs: 5 });
    const [first] = (await stream.next()).value ?? [];
    assert.equal(first?.topic, "ready");
    return { stream, keyId: keyed.key?.id ?? "" };
  };
  const { stream: told } = await open();
  const { stream: cut, keyId } = await open();
  beforeLooking = async () => {
    await keys.revoke("operator", keyId);
    await folders.create(owner, "root", "made afterwards");
  };
  await assert.rejects(cut.next(), (error) => isDomainError(error, "unknown-credentials"));
  const [heard] = (await told.next()).value ?? [];
  assert.equal(heard?.topic, "folder");
  leaving.abort();
  await told.return(undefined);
});

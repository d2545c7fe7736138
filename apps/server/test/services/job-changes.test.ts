import assert from "node:assert/strict";
import { test } from "node:test";
import { openBench, overriding } from "../_services.ts";

test("jobs cancelled or restarted by an operator are recorded with them, once and only if something changed", async () => {
  let isAudited = true;
  await using bench = await openBench({
    replace: ({ database }) => ({
      database: overriding(database, {
        transaction: (work) =>
          database.transaction((rows) => {
            const append: typeof rows.audit.append = (records) =>
              isAudited ? rows.audit.append(records) : Promise.reject(new Error("no record"));
            return work({ ...rows, audit: overriding(rows.audit, { append }) });
          }),
      }),
    }),
  });
  const { jobs } = bench.services;
  const id = (await bench.ports.database.transaction((rows) => jobs.add(rows, { kind: "expire" }))) ?? "";
  isAudited = false;
  await assert.rejects(jobs.cancel("operator", id), /no record/);
  assert.equal((await jobs.find("operator", id))?.state, "ready", "not without its audit record");
  isAudited = true;
  const outcomes = [
    await jobs.retry("operator", id),
    await jobs.cancel("operator", id),
    await jobs.cancel("operator", id),
    await jobs.retry("operator", id),
    await jobs.cancel("operator", "unknown"),
  ];
  const shown = outcomes.map(({ before, isDone }) => [before?.state, isDone]);
  assert.deepEqual(shown, [
    ["ready", false],
    ["ready", true],
    ["cancelled", false],
    ["cancelled", true],
    [undefined, false],
  ]);
  const records = await (await bench.services.auditLog.list("operator", { objectId: id, limit: 10 })).all();
  assert.deepEqual(
    records.map(({ action, address: from, details }) => [action, from, details]),
    [
      ["job.retry", "operator", { kind: "expire", state: "cancelled" }],
      ["job.cancel", "operator", { kind: "expire", state: "ready" }],
    ],
  );
  const nobody = await bench.account();
  await assert.rejects(jobs.cancel(nobody, id), { code: "not-allowed" });
});

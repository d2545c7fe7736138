import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { JobBounds, Repositories } from "@consigne/core";
import { createRepositories } from "../src/repositories/create-repositories.ts";
import { migrateSqlite } from "../src/index.ts";
import { SqliteConnection } from "../src/sqlite/sqlite-connection.ts";
import { SqliteRowSource } from "../src/sqlite/sqlite-row-source.ts";
import { makeFolder, type TemporaryFolder } from "./_folder.ts";

interface Row {
  id: string;
  kind: string;
  state: string;
  account_id: string | null;
  lane: string | null;
  priority: number;
  turn: number;
}

const now = new Date("2026-01-01T00:00:00Z");
const kinds = ["fetch", "import", "other"];

/** The same sequence every time. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe("job claims", () => {
  let folder: TemporaryFolder;
  let connection: SqliteConnection;
  let rows: Repositories;

  before(async () => {
    folder = await makeFolder();
    await migrateSqlite(folder.file);
    connection = new SqliteConnection({ path: folder.file, busyTimeoutMs: 1000 });
    rows = createRepositories(new SqliteRowSource(connection, connection));
  });

  after(async () => {
    connection.close();
    await folder[Symbol.asyncDispose]();
  });

  const jobs = async () => (await connection.execute<Row>("select * from jobs")).rows;

  const add = (id: string, next: (below: number) => number, lanes: number) =>
    rows.jobs.add({
      id,
      kind: kinds[next(kinds.length)] ?? "",
      payload: {},
      accountId: [undefined, "a", "ab", "b"][next(4)],
      uniqueKey: undefined,
      lane: next(5) === 0 ? undefined : `host ${next(lanes)}`,
      priority: next(3),
      runAt: now,
      maxAttempts: 3,
      createdAt: now,
    });

  /** The expected result, found by looking at every job. */
  function nextOf(all: readonly Row[], bounds: JobBounds): string | undefined {
    const { mostPerAccount, mostPerLane, newcomersTo } = bounds;
    const ofKinds = all.filter(({ kind }) => bounds.kinds.includes(kind));
    const running = ofKinds.filter(({ state }) => state === "running");
    const count = (column: "account_id" | "lane", value: string) =>
      running.filter((job) => job[column] === value).length;
    const mayBegin = ({ account_id: account, lane }: Row): boolean => {
      if (account !== null && count("account_id", account) >= mostPerAccount) return false;
      if (lane !== null && count("lane", lane) >= mostPerLane) return false;
      if (newcomersTo === undefined) return true;
      const isNew = account !== null && !running.some((job) => job.account_id === account && job.lane === newcomersTo);
      return lane === newcomersTo && isNew;
    };
    const [first] = ofKinds
      .filter((job) => job.state === "ready" && mayBegin(job))
      .toSorted((a, b) => a.priority - b.priority || a.turn - b.turn || (a.id < b.id ? -1 : 1));
    return first?.id;
  }

  // With few lanes, the first job of each is looked at. With many, the queue is scanned.
  for (const lanes of [3, 400]) {
    test(`take the first by priority and turn whose account and lane are free, of ${lanes} lanes`, async () => {
      await connection.execute("delete from jobs");
      const next = numbersFrom(lanes);
      for (let added = 0; added < 300; added++) await add(`${lanes}-${added}`, next, lanes);
      for (let round = 0; round < 60; round++) {
        const bounds: JobBounds = {
          kinds: kinds.slice(0, 1 + next(kinds.length)),
          mostPerAccount: 1 + next(20),
          mostPerLane: next(4) === 0 ? Infinity : 1 + next(5),
          ...(next(4) === 0 ? { newcomersTo: `host ${next(lanes)}` } : {}),
        };
        const wanted = nextOf(await jobs(), bounds);
        assert.equal(await rows.jobs.canClaim(bounds), wanted !== undefined);
        const request = { ...bounds, now, claimId: `c${round}`, worker: "w", leaseEndsAt: now };
        assert.equal((await rows.jobs.claim(request))?.id, wanted);
      }
    });
  }
});

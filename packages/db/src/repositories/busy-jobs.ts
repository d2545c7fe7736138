import type { JobBounds } from "@consigne/core";
import { sql } from "kysely";
import type { RowSource } from "../row-source.ts";

/** Accounts and lanes examined one by one: beyond this, the next job is more likely near the front of the queue. */
const MOST_PLACES = 100;

/** The accounts, or lanes, that have as many running jobs of these kinds as allowed. */
function busy({ write }: RowSource, column: "account_id" | "lane", request: JobBounds) {
  const most = column === "lane" ? request.mostPerLane : request.mostPerAccount;
  return write
    .selectFrom("jobs")
    .select(`jobs.${column}`)
    .where("jobs.state", "=", sql.lit("running"))
    .where("jobs.kind", "in", request.kinds)
    .where(`jobs.${column}`, "is not", null)
    .groupBy(`jobs.${column}`)
    .having(({ fn }) => fn.countAll(), ">=", Math.min(most, Number.MAX_SAFE_INTEGER));
}

/** For a job aliased `next`: neither its account nor its lane is busy. */
function mayBegin(rows: RowSource, bounds: JobBounds) {
  const { newcomersTo, closedLane } = bounds;
  const isOpen = closedLane === undefined ? sql`` : sql`and (next.lane is null or next.lane <> ${closedLane})`;
  const isFree = sql<boolean>`(next.account_id is null or next.account_id not in ${busy(rows, "account_id", bounds)})
    and (next.lane is null or next.lane not in ${busy(rows, "lane", bounds)}) ${isOpen}`;
  if (newcomersTo === undefined) return isFree;
  const residents = rows.write
    .selectFrom("jobs")
    .select("jobs.account_id")
    .where("jobs.state", "=", sql.lit("running"))
    .where("jobs.kind", "in", bounds.kinds)
    .where("jobs.lane", "=", newcomersTo)
    .where("jobs.account_id", "is not", null);
  return sql<boolean>`${isFree} and next.lane = ${newcomersTo}
    and next.account_id is not null and next.account_id not in ${residents}`;
}

/** The id of the next job by priority and turn, excluding busy accounts and lanes. */
export async function findClaimable(rows: RowSource, bounds: JobBounds): Promise<string | undefined> {
  const first = await firstOfEach(rows, bounds);
  if (first.places < MOST_PLACES) return first.id ?? undefined;
  const next = await inOrder(rows, bounds).executeTakeFirst();
  return next?.id;
}

/**
 * Only the first waiting job of each account and lane can be next. So ten thousand jobs behind a busy one are one step,
 * and so are all of a busy account.
 */
async function firstOfEach(rows: RowSource, bounds: JobBounds): Promise<{ places: number; id: string | null }> {
  const placeOf = (job: string) => {
    const column = (name: string) => sql.ref(`${job}.${name}`);
    return sql`coalesce(${column("account_id")}, '') || ' ' || coalesce(${column("lane")}, '')`;
  };
  const order = sql`order by ${placeOf("waiting")}, waiting.priority, waiting.turn, waiting.id limit 1`;
  const firstOf = (kind: ReturnType<typeof sql>) =>
    sql`select waiting.id from jobs as waiting where waiting.state = 'ready' and waiting.kind = ${kind}`;
  const columns = sql`jobs.id, jobs.kind, jobs.account_id, jobs.lane, jobs.priority, jobs.turn`;
  // Account ids contain nothing that sorts before "!", and a space does: what follows belongs to the next account.
  const behind = sql`case when place.account_id in ${busy(rows, "account_id", bounds)}
    then place.account_id || '!' else ${placeOf("place")} end`;
  const { rows: found } = await sql<{ places: number; id: string | null }>`
    with recursive place as materialized (
      select ${columns} from (values ${sql.join(bounds.kinds.map((kind) => sql`(${kind})`))}) as given
      join jobs on jobs.id = (${firstOf(sql`given.column1`)} ${order})
      union all
      select ${columns} from place
      join jobs on jobs.id = (${firstOf(sql`place.kind`)} and ${placeOf("waiting")} > ${behind} ${order})
      limit ${sql.lit(MOST_PLACES)}
    )
    select (select count(*) from place) as places,
      (select next.id from place as next where ${mayBegin(rows, bounds)}
       order by next.priority, next.turn, next.id limit 1) as id
  `.execute(rows.write);
  const [first] = found;
  return first ?? { places: 0, id: null };
}

/** Everything needed is in the index, so walking past jobs of busy accounts reads no rows. */
function inOrder(rows: RowSource, bounds: JobBounds) {
  return rows.write
    .selectFrom("jobs as next")
    .select("next.id")
    .where("next.state", "=", sql.lit("ready"))
    .where("next.kind", "in", bounds.kinds)
    .where(mayBegin(rows, bounds))
    .orderBy("next.priority")
    .orderBy("next.turn")
    .orderBy("next.id")
    .limit(1);
}

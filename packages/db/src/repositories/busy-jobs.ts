import type { JobBounds } from "@consigne/core";
import { sql } from "kysely";
import type { RowSource } from "../row-source.ts";

/** The accounts, or the lanes, that have as many running jobs of these kinds as they may. */
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

/**
 * Jobs that are ready, but those of accounts and lanes that are busy. All that is asked stands in the index, so that walking
 * past ten thousand jobs of a busy account reads no rows.
 */
export function claimable(rows: RowSource, bounds: JobBounds) {
  const { newcomersTo } = bounds;
  const ready = rows.write
    .selectFrom("jobs as next")
    .select("next.id")
    .where("next.state", "=", sql.lit("ready"))
    .where("next.kind", "in", bounds.kinds)
    .where(({ or, eb, not }) =>
      or([eb("next.account_id", "is", null), not(eb("next.account_id", "in", busy(rows, "account_id", bounds)))]),
    )
    .where(({ or, eb, not }) =>
      or([eb("next.lane", "is", null), not(eb("next.lane", "in", busy(rows, "lane", bounds)))]),
    );
  if (newcomersTo === undefined) return ready;
  const residents = rows.write
    .selectFrom("jobs")
    .select("jobs.account_id")
    .where("jobs.state", "=", sql.lit("running"))
    .where("jobs.kind", "in", bounds.kinds)
    .where("jobs.lane", "=", newcomersTo)
    .where("jobs.account_id", "is not", null);
  return ready.where("next.lane", "=", newcomersTo).where("next.account_id", "not in", residents);
}

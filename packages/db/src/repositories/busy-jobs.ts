import type { JobRequest } from "@consigne/core";
import type { RowSource } from "../row-source.ts";

/** The accounts, or the lanes, that have as many running jobs of these kinds as they may. */
export function busy({ write }: RowSource, column: "account_id" | "lane", request: JobRequest) {
  const most = column === "lane" ? request.mostPerLane : request.mostPerAccount;
  return write
    .selectFrom("jobs")
    .select(`jobs.${column}`)
    .where("jobs.state", "=", "running")
    .where("jobs.kind", "in", request.kinds)
    .where(`jobs.${column}`, "is not", null)
    .groupBy(`jobs.${column}`)
    .having(({ fn }) => fn.countAll(), ">=", Math.min(most, Number.MAX_SAFE_INTEGER));
}

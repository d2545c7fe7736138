import { type Kysely, sql } from "kysely";

/**
 * Waiting jobs by kind, account and lane, so that a claim only looks at the first of each and not at those behind it.
 */
export async function orderWaitingJobs(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index jobs_waiting
    on jobs (kind, coalesce(account_id, '') || ' ' || coalesce(lane, ''), priority, turn, id)
    where state = 'ready'
  `.execute(db);
}

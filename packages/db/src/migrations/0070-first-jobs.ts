import { type Kysely, sql } from "kysely";

/** Jobs that wait by kind, account and lane, so that a claim looks at the first of each and not at all that wait behind it. */
export async function orderWaitingJobs(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index jobs_waiting
    on jobs (kind, coalesce(account_id, '') || ' ' || coalesce(lane, ''), priority, turn, id)
    where state = 'ready'
  `.execute(db);
}

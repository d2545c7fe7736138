import type { Selectable } from "kysely";
import type { RowSource } from "../row-source.ts";
import type { JobsTable } from "../tables.ts";

type Queued = Pick<Selectable<JobsTable>, "account_id" | "priority">;

/** The turn of the job claimed last, for each priority, because urgent jobs must not affect the order of the others. */
const turnOf = (priority: number) => `turn ${priority}`;

/**
 * Behind the last job of its account and priority that has not ended, or behind the one claimed last if that is later.
 */
export async function nextTurn({ write }: RowSource, { account_id: account, priority }: Queued): Promise<number> {
  const last = await write
    .selectFrom("jobs")
    .select(({ fn }) => fn.max("turn").as("turn"))
    .where("account_id", account === null ? "is" : "=", account)
    .where("priority", "=", priority)
    .where("ended_at", "is", null)
    .executeTakeFirst();
  const name = turnOf(priority);
  const mark = await write.selectFrom("job_marks").select("value").where("name", "=", name).executeTakeFirst();
  return Math.max(last?.turn ?? 0, mark?.value ?? 0) + 1;
}

/** Records that this job was claimed: jobs added from now on come after it. */
export async function noteTurn(
  { write }: RowSource,
  { priority, turn }: Pick<Selectable<JobsTable>, "priority" | "turn">,
): Promise<void> {
  const mark = { name: turnOf(priority), value: turn ?? 0 };
  await write
    .insertInto("job_marks")
    .values(mark)
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value: mark.value }))
    .execute();
}

import type { AccountChange, ChangeRepository, ChangeTopic, NumberedChange } from "@consigne/core";
import type { RowSource } from "../row-source.ts";
import { readParts } from "./batches.ts";

export class ChangeRows implements ChangeRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async note(accountId: string, change: AccountChange): Promise<void> {
    await this.#rows.atomically(async (rows) => rows.note(accountId, change));
  }

  async listLatest(accountIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await readParts(accountIds, (some) =>
      this.#rows.read
        .selectFrom("accounts")
        .select("accounts.id")
        // From the end of the index, instead of grouping all rows.
        .select(({ selectFrom }) =>
          selectFrom("changes")
            .select(({ fn }) => fn.max("number").as("number"))
            .whereRef("changes.account_id", "=", "accounts.id")
            .$asScalar()
            .as("latest"),
        )
        .where("accounts.id", "in", some)
        .execute(),
    );
    return new Map(rows.flatMap(({ id, latest }) => (latest === null ? [] : [[id, latest] as const])));
  }

  async list(accountId: string, { after, limit }: { after: number; limit: number }): Promise<NumberedChange[]> {
    const rows = await this.#rows.read
      .selectFrom("changes")
      .select(["topic", "object", "number"])
      .where("account_id", "=", accountId)
      .where("number", ">", after)
      .orderBy("number")
      .limit(limit)
      .execute();
    return rows.map(({ topic, object, number }) => ({ ...toChange(topic, object), number }));
  }
}

function toChange(topic: ChangeTopic, id: number): AccountChange {
  return topic === "trash" || topic === "reset" ? { topic } : { topic, id };
}

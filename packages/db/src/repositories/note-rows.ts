import type { Note, NoteRepository, NoteValue } from "@consigne/core";
import type { Selectable } from "kysely";
import { parseJson, toDate, toInstant } from "../columns.ts";
import type { RowSource } from "../row-source.ts";
import type { NotesTable } from "../tables.ts";
import { inBatches } from "./batches.ts";

export class NoteRows implements NoteRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async find(topic: string, name: string): Promise<Note | undefined> {
    const row = await this.#rows.read
      .selectFrom("notes")
      .selectAll()
      .where("topic", "=", topic)
      .where("name", "=", name)
      .executeTakeFirst();
    return row === undefined ? undefined : toNote(row);
  }

  async set({ topic, name, value, notedAt }: Note): Promise<void> {
    const values = { value: JSON.stringify(value), noted_at: toInstant(notedAt) };
    await this.#rows.write
      .insertInto("notes")
      .values({ topic, name, ...values })
      .onConflict((conflict) => conflict.columns(["topic", "name"]).doUpdateSet(values))
      .execute();
  }

  async listLast(topic: string, limit: number, upTo?: string): Promise<Note[]> {
    let query = this.#rows.read.selectFrom("notes").selectAll().where("topic", "=", topic);
    if (upTo !== undefined) query = query.where("name", "<=", upTo);
    return (await query.orderBy("name", "desc").limit(limit).execute()).map(toNote);
  }

  async removeAllBut(topic: string, most: number): Promise<number> {
    const { read, write } = this.#rows;
    const last = await read
      .selectFrom("notes")
      .select("name")
      .where("topic", "=", topic)
      .orderBy("name", "desc")
      .offset(most)
      .limit(1)
      .executeTakeFirst();
    if (last === undefined) return 0;
    const surplus = write.selectFrom("notes").select("name").where("topic", "=", topic).where("name", "<=", last.name);
    return inBatches((limit) =>
      write.deleteFrom("notes").where("topic", "=", topic).where("name", "in", surplus.limit(limit)).executeTakeFirst(),
    );
  }
}

function toNote(row: Selectable<NotesTable>): Note {
  return { topic: row.topic, name: row.name, value: parseJson<NoteValue>(row.value), notedAt: toDate(row.noted_at) };
}

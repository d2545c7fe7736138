import type { EntryCondition } from "@consigne/core";
import { type RawBuilder, sql } from "kysely";
import { toInstant } from "../columns.ts";

/** The condition for a file or folder; undefined if there is none. */
export function conditionOf(table: "files" | "folders", asked: EntryCondition): RawBuilder<unknown> | undefined {
  const { namePart, contentTypes, createdAfter, createdBefore } = asked;
  const conditions: RawBuilder<unknown>[] = [];
  if (createdAfter !== undefined) conditions.push(sql`created_at >= ${toInstant(createdAfter)}`);
  if (createdBefore !== undefined) conditions.push(sql`created_at < ${toInstant(createdBefore)}`);
  if (table === "files" && contentTypes !== undefined) {
    const { beginnings, types } = contentTypes;
    const each = [
      ...beginnings.map((beginning) => sql`content_type glob ${`${literally(beginning)}*`}`),
      ...types.map((type) => sql`content_type = ${type}`),
    ];
    conditions.push(sql`(${sql.join(each, sql` or `)})`);
  }
  if (namePart !== undefined) conditions.push(namedLike([namePart]));
  return conditions.length === 0 ? undefined : sql.join(conditions, sql` and `);
}

/** The name contains all parts. */
export function namedLike(parts: readonly string[]): RawBuilder<unknown> {
  return sql.join(
    parts.map((part) => sql`sort_name glob ${partOfSortName(part)}`),
    sql` and `,
  );
}

/** A pattern for `sort_name`, which has one extra character before each number: see `sortName`. */
function partOfSortName(part: string): string {
  return `*${literally(part).replace(/(?<=[^0-9])(?=[0-9])/g, "?")}*`;
}

function literally(text: string): string {
  return text.replace(/[*?[]/g, (character) => `[${character}]`);
}

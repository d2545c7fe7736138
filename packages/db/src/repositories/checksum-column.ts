import type { Blob } from "@consigne/core";
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from "kysely";
import type { Tables } from "../tables.ts";

/**
 * What stands in the place of a checksum that is not known, before the id of the content, so that it is nobody else's. Not
 * NULL: the tables that refer to these rows would all have to be made anew for that, in SQLite.
 */
const MARK = "?";
const AFTER_MARK = "@";

export const checksumColumn = ({ id, whirlpool }: Pick<Blob, "id" | "whirlpool">): string =>
  whirlpool ?? `${MARK}${id}`;

export const toWhirlpool = (column: string): string | undefined => (column.startsWith(MARK) ? undefined : column);

/** By the index of the identities. */
export function lacksWhirlpool({
  and,
  eb,
}: ExpressionBuilder<Tables, "blobs">): ExpressionWrapper<Tables, "blobs", SqlBool> {
  return and([eb("blobs.whirlpool", ">=", MARK), eb("blobs.whirlpool", "<", AFTER_MARK)]);
}

import type { Blob } from "@consigne/core";
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from "kysely";
import type { Tables } from "../tables.ts";

/**
 * Stored instead of an unknown checksum, followed by the content's id, so that it is unique. Not NULL: in SQLite, that
 * would mean recreating all tables that refer to these rows.
 */
const MARK = "?";
const AFTER_MARK = "@";

export const checksumColumn = ({ id, whirlpool }: Pick<Blob, "id" | "whirlpool">): string =>
  whirlpool ?? `${MARK}${id}`;

export const toWhirlpool = (column: string): string | undefined => (column.startsWith(MARK) ? undefined : column);

/** Uses the index of identities. */
export function lacksWhirlpool({
  and,
  eb,
}: ExpressionBuilder<Tables, "blobs">): ExpressionWrapper<Tables, "blobs", SqlBool> {
  return and([eb("blobs.whirlpool", ">=", MARK), eb("blobs.whirlpool", "<", AFTER_MARK)]);
}

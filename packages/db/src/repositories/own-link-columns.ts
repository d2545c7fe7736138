import type { LinkUse } from "@consigne/core";
import { toDateOrUndefined } from "../columns.ts";

/** Columns of the link `own`, joined to a file. */
export const ownLinkColumns = [
  "own.is_on as own_is_on",
  "own.ends_at as own_ends_at",
  "own.has_ended as own_has_ended",
  "own.max_downloads as own_max_downloads",
  "own.used_count as own_used_count",
] as const;

export interface OwnLinkRow {
  own_is_on: number | null;
  own_ends_at: number | null;
  own_has_ended: number | null;
  own_max_downloads: number | null;
  own_used_count: number | null;
}

/** Undefined if the own link has no row. */
export function toLinkUse(row: OwnLinkRow): LinkUse | undefined {
  if (row.own_is_on === null) return undefined;
  return {
    isOn: row.own_is_on === 1,
    endsAt: toDateOrUndefined(row.own_ends_at),
    hasEnded: row.own_has_ended === 1,
    maxDownloads: row.own_max_downloads ?? undefined,
    usedCount: row.own_used_count ?? 0,
  };
}

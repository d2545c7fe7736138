/** The values that conditional requests are compared with. */
export interface Validators {
  /** Quoted, strong. */
  etag: string;
  modifiedAt: Date;
}

/**
 * Whether If-None-Match or, without it, If-Modified-Since says that the client has these bytes: answer 304. Only for
 * GET and HEAD.
 */
export function isNotModified(
  headers: { "if-none-match"?: string | undefined; "if-modified-since"?: string | undefined },
  file: Validators,
): boolean {
  const tags = headers["if-none-match"];
  if (tags !== undefined) {
    return tags.trim() === "*" || tags.split(",").some((tag) => tag.trim().replace(/^W\//, "") === file.etag);
  }
  const since = Date.parse(headers["if-modified-since"] ?? "");
  return !Number.isNaN(since) && wholeSeconds(file.modifiedAt) <= since;
}

/**
 * Whether a Range header applies: If-Range must match exactly (a weak tag never does), otherwise the whole file is
 * sent.
 */
export function isRangeCurrent(headers: { "if-range"?: string | undefined }, file: Validators): boolean {
  const condition = headers["if-range"]?.trim();
  if (condition === undefined) return true;
  if (condition.startsWith('"') || condition.startsWith("W/")) return condition === file.etag;
  return Date.parse(condition) === wholeSeconds(file.modifiedAt);
}

/** HTTP dates have no fractions. */
function wholeSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000) * 1000;
}

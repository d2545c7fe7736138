const GIB = 1024 ** 3;

/** As shown in the field. */
export const quotaText = (bytes: number | undefined): string => (bytes === undefined ? "" : String(bytes / GIB));

/** The entered GiB in bytes; undefined if empty. */
export function quotaIn(written: string): number | undefined | "bad" {
  const text = written.trim();
  if (text === "") return undefined;
  const gib = Number(text.replace(",", "."));
  return gib > 0 && gib * GIB <= Number.MAX_SAFE_INTEGER ? Math.round(gib * GIB) : "bad";
}

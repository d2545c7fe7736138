const GIB = 1024 ** 3;

/** As the field shows it. */
export const quotaText = (bytes: number | undefined): string => (bytes === undefined ? "" : String(bytes / GIB));

/** Bytes of what was written in GiB; undefined where it is empty. */
export function quotaIn(written: string): number | undefined | "bad" {
  const text = written.trim();
  if (text === "") return undefined;
  const gib = Number(text.replace(",", "."));
  return gib > 0 && gib * GIB <= Number.MAX_SAFE_INTEGER ? Math.round(gib * GIB) : "bad";
}

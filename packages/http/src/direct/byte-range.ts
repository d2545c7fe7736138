/** The range in a Range header. `start` and `end` are byte offsets, both inclusive. */
export type RequestedRange =
  | { kind: "whole" }
  | { kind: "span"; start: number; end: number }
  | { kind: "unsatisfiable" }
  | { kind: "multiple" };

/** No single range needs more: two offsets of 20 digits and some spaces. */
const maxSingleRangeChars = 100;
const single = /^[ \t]*(\d{0,40})[ \t]*-[ \t]*(\d{0,40})[ \t]*$/;

/**
 * Reads a Range header according to RFC 9110: another unit or a syntax error means the whole file, an end past the file
 * is clamped, a start past the end is unsatisfiable, and a range of an empty file gives an empty answer. Multiple
 * ranges are detected but never parsed, so a list of thousands costs nothing; answer it with 416.
 */
export function parseByteRange(header: string | undefined, sizeBytes: number): RequestedRange {
  if (header === undefined || !/^bytes[ \t]*=/i.test(header.slice(0, 20))) return { kind: "whole" };
  const set = header.slice(header.indexOf("=") + 1);
  if (set.includes(",")) return { kind: "multiple" };
  const match = set.length > maxSingleRangeChars ? null : single.exec(set);
  const first = match?.[1] ?? "";
  const last = match?.[2] ?? "";
  if (first === "" && last === "") return { kind: "whole" };
  // Digits past 2^53 lose precision, but only far past any size.
  if (first === "") return suffixRange(Number(last), sizeBytes);
  const start = Number(first);
  // Clients that always request from the first byte must get an empty file too.
  if (start === 0 && sizeBytes === 0) return { kind: "whole" };
  // Checked before the order: at the end of a file of 10 bytes rclone requests 10-9, and would take a whole answer for
  // what follows those bytes.
  if (start >= sizeBytes) return { kind: "unsatisfiable" };
  if (last !== "" && BigInt(last) < BigInt(first)) return { kind: "whole" };
  return { kind: "span", start, end: last === "" ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
}

function suffixRange(lengthBytes: number, sizeBytes: number): RequestedRange {
  if (lengthBytes === 0) return { kind: "unsatisfiable" };
  if (sizeBytes === 0) return { kind: "whole" };
  return { kind: "span", start: Math.max(0, sizeBytes - lengthBytes), end: sizeBytes - 1 };
}

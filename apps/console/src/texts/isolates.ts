/** Random, so that no name can contain it. */
const MARK = crypto.getRandomValues(new Uint32Array(2)).join(".");
const BEGIN = `\ufdd0${MARK} `;
const END = `\ufdd1${MARK} `;
const EITHER = new RegExp(`(${BEGIN}|${END})`.replaceAll(".", "\\."));
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdcf\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Text, or an isolated part of it. */
export type Piece = string | { readonly apart: readonly Piece[] };

/**
 * Marks a value of a text if it has right-to-left letters, which change the order of the text beside them. Elements show
 * the marked part in a `bdi`.
 */
export const isolated = (value: string): string => (RIGHT_TO_LEFT.test(value) ? `${BEGIN}${value}${END}` : value);

/** For text outside of elements: files, titles, names for screen readers. */
export const withoutIsolates = (text: string): string =>
  text.includes(MARK) ? text.replaceAll(BEGIN, "").replaceAll(END, "") : text;

/** Undefined for a text without isolated parts. */
export function piecesOf(text: string): readonly Piece[] | undefined {
  if (!text.includes(MARK)) return undefined;
  const open: Piece[][] = [];
  let current: Piece[] = [];
  for (const piece of text.split(EITHER)) {
    if (piece === BEGIN) {
      open.push(current);
      current = [];
    } else if (piece === END) {
      const apart = current;
      current = open.pop() ?? [];
      current.push({ apart });
    } else if (piece !== "") current.push(piece);
  }
  return current;
}

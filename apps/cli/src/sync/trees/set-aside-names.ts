import { MOST_NAME_BYTES } from "./local-names.ts";

/**
 * The name of an obstacle that is kept: `x.consigne-replaced`. No run transfers, replaces or removes anything with such
 * a name, on either side, so that it stays until a person decides. Matches every spelling that some system considers
 * equal.
 */
const SET_ASIDE = /\.consigne-replaced(?:-\d+)?[. ]*$/iu;

export const SET_ASIDE_DETAIL =
  "an earlier run set it aside because its replacement was incomplete; rename or remove it";

export function isSetAside(name: string): boolean {
  return SET_ASIDE.test(name);
}

/** Shortened to the longest possible name. */
export function setAsideName(name: string, count: number): string {
  const end = `.consigne-replaced${count === 1 ? "" : `-${count}`}`;
  let stem = name;
  while (stem !== "" && Buffer.byteLength(stem + end) > MOST_NAME_BYTES) stem = [...stem].slice(0, -1).join("");
  return stem + end;
}

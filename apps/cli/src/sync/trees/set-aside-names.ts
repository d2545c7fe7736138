import { MOST_NAME_BYTES } from "./local-names.ts";

/**
 * What we call a thing that stood in the way and is kept: `x.consigne-replaced`. No run carries, replaces or removes
 * anything of such a name, on either side, so that what stands under it stays what it is until a person decides. In
 * any spelling that some system takes for the same.
 */
const SET_ASIDE = /\.consigne-replaced(?:-\d+)?[. ]*$/iu;

export const SET_ASIDE_DETAIL =
  "an earlier run set it aside because its replacement was incomplete; rename or remove it";

export function isSetAside(name: string): boolean {
  return SET_ASIDE.test(name);
}

/** As long as a name may be at the most. */
export function setAsideName(name: string, count: number): string {
  const end = `.consigne-replaced${count === 1 ? "" : `-${count}`}`;
  let stem = name;
  while (stem !== "" && Buffer.byteLength(stem + end) > MOST_NAME_BYTES) stem = [...stem].slice(0, -1).join("");
  return stem + end;
}

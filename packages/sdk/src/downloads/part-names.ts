/** The names of an unfinished file and of the record beside it that describes it. Both are in its folder. */
export interface PartNames {
  part: string;
  state: string;
}

/** Many more than anybody has, so that a folder full of them ends in an error and not in a loop. */
const MOST_CANDIDATES = 1000;
const STATE = /^\.consigne-[0-9a-f]{16}(?:-[1-9][0-9]{0,3})?(?=\.state$)/;

/**
 * The names a file may have until it is complete, best first: the same on every run, so that what an earlier one left
 * is found again, and short whatever the name is. The caller has to find out which of them is free, or ours.
 */
export function* partNamesOf(name: string): Generator<PartNames, void, undefined> {
  const stem = `.consigne-${fnv1a(new TextEncoder().encode(name))}`;
  for (let count = 0; count < MOST_CANDIDATES; count++) {
    const tried = count === 0 ? stem : `${stem}-${count}`;
    yield { part: `${tried}.part`, state: `${tried}.state` };
  }
}

/** The name of the part that belongs to a record; undefined for any other name. */
export function partOfState(stateName: string): string | undefined {
  const stem = STATE.exec(stateName)?.[0];
  return stem === undefined ? undefined : `${stem}.part`;
}

/** FNV-1a, 64 bits in hexadecimal: tells names of one folder apart, and is the same on every run. */
function fnv1a(bytes: Uint8Array): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0");
}

/** Names that Windows treats as devices, whatever their extension. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(?:\.|$)/i;
/**
 * Characters that some system forbids or misinterprets, those that change the text direction, and those that break the lines
 * of the lists in the archive.
 */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNUSABLE = /[\u0000-\u001f\u007f-\u009f\\/:*?"<>|\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
/** File systems allow 255 bytes; a number in parentheses has to fit too. */
const MOST_BYTES = 235;
/** When a name is shortened, an extension of up to this many letters is kept. */
const LONGEST_ENDING = 20;

/** A name that every system accepts for a file or folder, as close as possible to the given one. */
export function neutralName(name: string): string {
  const usable = name
    .toWellFormed()
    .replace(UNUSABLE, "_")
    .replace(/[. ]+$/, (end) => "_".repeat(end.length));
  if (usable === "") return "_";
  return shortened(DEVICE.test(usable) ? `_${usable}` : usable);
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MOST_BYTES) return name;
  const { stem, ending } = parted(name);
  const room = MOST_BYTES - Buffer.byteLength(ending);
  let bytes = 0;
  let start = "";
  for (const letter of stem) {
    bytes += Buffer.byteLength(letter);
    if (bytes > room) break;
    start += letter;
  }
  return `${start}${ending}`;
}

function parted(name: string): { stem: string; ending: string } {
  const dot = name.lastIndexOf(".");
  const hasEnding = dot > 0 && name.length - dot <= LONGEST_ENDING;
  return hasEnding ? { stem: name.slice(0, dot), ending: name.slice(dot) } : { stem: name, ending: "" };
}

/** The names in one folder of an archive. No two are equal, even on systems that ignore case or normalize accents. */
export class MemberNames {
  /** How often each name was numbered, so that many files of one name do not retry all earlier numbers. */
  readonly #taken = new Map<string, number>();

  /** @returns a portable form of the name, numbered if it is taken */
  take(name: string): string {
    const neutral = neutralName(name);
    const { stem, ending } = parted(neutral);
    let numbered = neutral;
    const key = folded(neutral);
    let number = this.#taken.get(key) ?? 0;
    while (this.#taken.has(folded(numbered))) {
      number += 1;
      numbered = `${stem} (${number + 1})${ending}`;
    }
    if (numbered !== neutral) this.#taken.set(key, number);
    this.#taken.set(folded(numbered), 0);
    return numbered;
  }
}

const folded = (name: string): string => name.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFC");

/** Names that Windows takes for devices, whatever ending they have. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(?:\.|$)/i;
/** Not allowed by some system, or read by it as something else; and what turns the direction of letters on the screen. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNUSABLE = /[\u0000-\u001f\u007f-\u009f\\/:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
/** File systems stop at 255 bytes; a number in parentheses has to fit too. */
const MOST_BYTES = 235;
/** Of a name that is shortened, an ending of so many letters is kept. */
const LONGEST_ENDING = 20;

/** A name that every system can give a file or folder, as close to the own one as that allows. */
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
  let kept = "";
  for (const letter of stem) {
    bytes += Buffer.byteLength(letter);
    if (bytes > room) break;
    kept += letter;
  }
  return `${kept}${ending}`;
}

function parted(name: string): { stem: string; ending: string } {
  const dot = name.lastIndexOf(".");
  const hasEnding = dot > 0 && name.length - dot <= LONGEST_ENDING;
  return hasEnding ? { stem: name.slice(0, dot), ending: name.slice(dot) } : { stem: name, ending: "" };
}

/** The names in one folder of an archive, no two of which are the same on a system that knows no case or composes accents. */
export class MemberNames {
  /** By how often a name was given a number, so that many of one name do not try all those before. */
  readonly #taken = new Map<string, number>();

  /** @returns the neutral form of a name, with a number where that is taken */
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

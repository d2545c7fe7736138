import { withPictures } from "../files/names.ts";

const PLAIN = /^[\x20-\x7e]*$/;
const ACCENTS = /[\u0300-\u036f]/g;
/** Letters that do not decompose into a base letter and an accent, but are sorted as if they did. */
const letters: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  ı: "i",
};
const OTHER_LETTERS = /[ßæœøłđðı]/g;
/** Longer numbers are compared by their digits only. */
const MOST_DIGITS = 30;

/** A name without case and accents, for searching: `É` and `e` are the same. */
export function foldedName(name: string): string {
  if (PLAIN.test(name)) return name.toLowerCase();
  return withPictures(name)
    .normalize("NFD")
    .replace(ACCENTS, "")
    .toLowerCase()
    .replace(ACCENTS, "")
    .replace(OTHER_LETTERS, (letter) => letters[letter] ?? letter)
    .normalize("NFC");
}

/**
 * The sort key of a name, compared byte by byte: folded, with a character before each number that encodes its length,
 * so that 2 comes before 10. Names cannot contain that character, because control characters are stored as their
 * pictures. The keys are stored in rows, so changing this function requires a migration.
 */
export function sortName(name: string): string {
  return foldedName(name).replace(/\d+/g, (digits) => `${lengthMark(digits)}${digits}`);
}

/** One of U+0001 to U+001E. Leading zeros are ignored. */
function lengthMark(digits: string): string {
  const length = digits.replace(/^0+(?=\d)/, "").length;
  return String.fromCharCode(Math.min(length, MOST_DIGITS));
}

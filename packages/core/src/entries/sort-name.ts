import { withPictures } from "../files/names.ts";

const PLAIN = /^[\x20-\x7e]*$/;
const ACCENTS = /[\u0300-\u036f]/g;
/** Letters that are no letter with an accent, and stand among those that people take for them. */
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
/** Numbers with more digits than this are told apart by their digits alone. */
const MOST_DIGITS = 30;

/** A name without case and accents, as names are searched: `É` and `e` are the same. */
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
 * What names are sorted by, byte by byte: folded, and before each number a character that tells how long it is, so that 2
 * stands before 10. Names hold no such character: control characters are kept as their pictures. Rows keep what this gives,
 * so a change of it takes a migration that fills them again.
 */
export function sortName(name: string): string {
  return foldedName(name).replace(/\d+/g, (digits) => `${lengthMark(digits)}${digits}`);
}

/** One of U+0001 to U+001E. Zeros in front count for nothing. */
function lengthMark(digits: string): string {
  const length = digits.replace(/^0+(?=\d)/, "").length;
  return String.fromCharCode(Math.min(length, MOST_DIGITS));
}

import { commonPasswords } from "./common-passwords.ts";

/** What may be left of a password, besides words that everybody knows of its account, and still be nothing. */
const MOST_LEFT = 4;
const SHORTEST_WORD = 4;
/** Of this site and of what it is like. */
const siteWords = ["consigne", "1fichier", "fichier"];

/**
 * Whether a password is among the first that somebody would try: the most used ones, repetitions and rows, and the names of the
 * account and the site with a little at their ends (NIST SP 800-63B, 3.1.1.2). What else it is made of is nobody's business.
 * @param siteHost where people find it, if the operator said so
 */
export function isWeakPassword(password: string, email: string, siteHost = ""): boolean {
  const text = password.toLowerCase();
  return (
    commonPasswords.has(text) ||
    isRepetition(text) ||
    isRow(text) ||
    isMadeOfNames(text, email.toLowerCase(), siteHost.toLowerCase())
  );
}

/** Of one to four characters. */
const isRepetition = (text: string): boolean => /^(.{1,4}?)\1+.{0,3}$/su.test(text) && new Set(text).size <= 4;

/** Each character follows the one before, or precedes it. */
function isRow(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const steps = new Set(codes.slice(1).map((code, index) => code - (codes[index] ?? 0)));
  return steps.size === 1 && [-1, 1].includes([...steps][0] ?? 0);
}

function isMadeOfNames(text: string, email: string, siteHost: string): boolean {
  const parts = [email, siteHost].flatMap((name) => name.split(/[@._+-]/));
  // The longest first: a shorter one would leave pieces of it.
  const words = [email, ...email.split("@"), siteHost, ...siteHost.split("."), ...parts, ...siteWords]
    .filter((word) => word.length >= SHORTEST_WORD)
    .toSorted((one, other) => other.length - one.length);
  const left = words.reduce((rest, word) => rest.replaceAll(word, ""), text);
  return left.length < text.length && left.length <= MOST_LEFT;
}

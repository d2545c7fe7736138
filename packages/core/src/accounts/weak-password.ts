import { commonPasswords } from "./common-passwords.ts";

/** A password may have this many characters besides guessable words and still be weak. */
const MOST_LEFT = 4;
const SHORTEST_WORD = 4;
/** Words from this site and its kind. */
const siteWords = ["consigne", "1fichier", "fichier"];

/**
 * Whether a password is among the first an attacker would try: common ones, repetitions and sequences, and the names of
 * the account and the site with a few characters around them (NIST SP 800-63B, 3.1.1.2). There are no other composition
 * rules.
 * @param siteHost the public host name, if the operator has set it
 */
export function isWeakPassword(password: string, email: string, siteHost = ""): boolean {
  const text = password.toLowerCase();
  return (
    commonPasswords.has(text) ||
    isRepetition(text) ||
    isRow(text) ||
    consistsOfNames(text, email.toLowerCase(), siteHost.toLowerCase())
  );
}

/** Repeats one to four characters. */
const isRepetition = (text: string): boolean => /^(.{1,4}?)\1+.{0,3}$/su.test(text) && new Set(text).size <= 4;

/** Each character follows or precedes the one before. */
function isRow(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const steps = new Set(codes.slice(1).map((code, index) => code - (codes[index] ?? 0)));
  return steps.size === 1 && [-1, 1].includes([...steps][0] ?? 0);
}

function consistsOfNames(text: string, email: string, siteHost: string): boolean {
  const parts = [email, siteHost].flatMap((name) => name.split(/[@._+-]/));
  // Longest first: a shorter one would leave pieces of it.
  const words = [email, ...email.split("@"), siteHost, ...siteHost.split("."), ...parts, ...siteWords]
    .filter((word) => word.length >= SHORTEST_WORD)
    .toSorted((one, other) => other.length - one.length);
  const left = words.reduce((rest, word) => rest.replaceAll(word, ""), text);
  return left.length < text.length && left.length <= MOST_LEFT;
}

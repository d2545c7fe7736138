/** Control characters, and those that are invisible or change the text direction. */
const UNSEEN =
  /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]|[\u{E0000}-\u{E007F}]|\p{Cs}/gu;

/** Makes text safe for a terminal: names come from anybody, and some characters are terminal commands. */
export function terminalText(text: string): string {
  return text.replace(UNSEEN, escaped);
}

/** An equivalent JSON document. */
export function terminalJson(json: string): string {
  return json.replace(UNSEEN, escaped);
}

function escaped(found: string): string {
  return found
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}

const BLOCK = /<div[^>]*\bclass\s*=\s*["']?[^"'>]*\bbloc2\b[^>]*>([\s\S]*?)<\/div>/gi;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/**
 * Why an upload node refused: the text of the first `div.bloc2` that is not empty. 1fichier.com sends it in French and
 * with status 200. Undefined when the page has none.
 */
export function readFailurePage(html: string): string | undefined {
  for (const [, inner = ""] of html.matchAll(BLOCK)) {
    const text = decodeEntities(inner.replace(/<[^>]*>/g, " "))
      .replace(/\s+/g, " ")
      .trim();
    if (text !== "") return text;
  }
  return undefined;
}

/** The storage of the node has a temporary problem; uploaders try again. */
export const isStorageFailure = (text: string): boolean => /^ne peut ouvrir le fichier destination/i.test(text);

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|([a-z]{2,6}));/gi, (whole, decimal, hex, name) => {
    if (typeof decimal === "string") return characterOf(Number(decimal), whole);
    if (typeof hex === "string") return characterOf(parseInt(hex, 16), whole);
    return ENTITIES[String(name).toLowerCase()] ?? whole;
  });
}

const characterOf = (code: number, otherwise: string): string =>
  code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : otherwise;

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import { lineOf, nodesOf, parseSource } from "./syntax.ts";
import { readWorkspace } from "./workspace.ts";

const root = join(import.meta.dirname, "../..");

/** A narrow no-break space before `;`, `!` and `?`, and a full one before `:`, `»` and `%` and after `«`. */
const THIN = "\u{202f}";
const WHOLE = "\u{a0}";
/** Letters that do not occur in English texts, and French quotation marks. */
const FRENCH = /[éèêàçùœ]|«\s|\s»/i;

const isText = (node: ts.Node): node is ts.LiteralLikeNode | ts.JsxText =>
  ts.isStringLiteralLike(node) ||
  ts.isTemplateHead(node) ||
  ts.isTemplateMiddleOrTemplateTail(node) ||
  ts.isJsxText(node);

/** The parts of French texts with a wrong or missing space. */
function wrongSpaces(source: string, path: string): string[] {
  if (!path.includes("french") && !FRENCH.test(source)) return [];
  const texts = [...nodesOf(parseSource(source, path))].filter(isText);
  return texts
    .filter(({ text }) => path.includes("french") || FRENCH.test(text))
    .filter(({ text }) => withFrenchSpaces(text) !== text)
    .map((node) => `${path}:${lineOf(node)}: ${withFrenchSpaces(node.text)}`);
}

/**
 * A colon or question mark may also be part of an address or a command, so these two are only checked after a space.
 */
const withFrenchSpaces = (text: string): string =>
  text
    .replace(/[ \u{a0}](?=[;?!])/gu, THIN)
    .replace(/(?<=[\p{L}\d}])(?=[;!](?:\s|$))/gu, THIN)
    .replace(/[ \u{202f}](?=[:»%])/gu, WHOLE)
    .replace(/(?<=[^\s])(?=»)/gu, WHOLE)
    .replace(/«[ \u{202f}]?(?=[^\u{a0}]|$)/gu, `«${WHOLE}`);

test("every French text has correct French spacing, without line breaks at it", () => {
  const files = readWorkspace(root).flatMap((each) => each.files.filter(({ isTestCode }) => !isTestCode));
  const french = files.filter(({ path }) => path.includes("french"));
  assert.ok(french.length > 25, `only ${french.length} files with French texts were read`);
  const found = files.flatMap(({ path }) => wrongSpaces(readFileSync(join(root, path), "utf8"), path));
  assert.deepEqual(found, [], "these have other spaces than shown above");
});

test("a wrong space is found in every kind of text", () => {
  const wrong = [
    '"Fichier introuvable !"',
    '"Voulez-vous vous déconnecter ?"',
    `"La page est prête${WHOLE}; ouvrez-la"`,
    `"Déjà là${THIN}: rien n’a changé"`,
    '"Déjà là! Rien n’a changé"',
    '"100 % arrivés"',
    `\`Dossier «${WHOLE}\${name} » créé\``,
    `\`Dossier « \${name}${WHOLE}» créé\``,
    '"«Corbeille»"',
  ];
  for (const text of wrong) {
    assert.equal(wrongSpaces(`const text = ${text};`, "french.ts").length, 1, text);
  }
  assert.equal(wrongSpaces("const page = <p>Déjà là ?</p>;", "page.tsx").length, 1);
  const right = [
    `"Fichier introuvable${THIN}!"`,
    `\`Dossier «${WHOLE}\${name}${WHOLE}» créé${WHOLE}: \${count}\``,
    '"https://example.org/?lg=fr"',
    '"{count, plural, one {# fichier} other {# fichiers}}"',
  ];
  for (const text of right) assert.deepEqual(wrongSpaces(`const text = ${text};`, "french.ts"), [], text);
  assert.deepEqual(wrongSpaces('const text = "File not found !";', "english.ts"), []);
});

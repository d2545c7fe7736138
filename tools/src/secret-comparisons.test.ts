import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Token, tokenize } from "./source-tokens.ts";
import { readWorkspace } from "./workspace.ts";

const root = join(import.meta.dirname, "../..");

/**
 * Where secrets are compared. The drop-in proxy has one of its own: the command line does not import the domain, and the
 * proxy compares digests as well.
 */
const comparingFiles = ["packages/core/src/same-secret.ts", "apps/cli/src/drop-in/proxy-guard.ts"];

const secretName = /(?:password|passwd|secret|removalCode|removal_code|apiKey|keyText|tokenText|authorization)$/i;
/** Words whose own meaning is short enough that only the whole of it counts. */
const secretWords = new Set(["pass", "token"]);
/** Against these the question is whether there is one, or of which kind something is. */
const harmless = new Set(["undefined", "null", "true", "false"]);

const isSecret = (token: Token | undefined): boolean =>
  token?.kind === "word" && (secretName.test(token.text) || secretWords.has(token.text));

/** Lines on which something that sounds secret is compared in a way that ends with the first difference. */
function quickComparisons(source: string): number[] {
  const tokens = tokenize(source);
  return tokens.flatMap((token, at) => (comparesSecret(tokens, at) || searchesSecret(tokens, at) ? [token.line] : []));
}

function comparesSecret(tokens: readonly Token[], at: number): boolean {
  const text = (index: number) => (tokens[index]?.kind === "punctuation" ? tokens[index].text : "");
  const isOperator =
    (text(at) === "=" || text(at) === "!") && text(at + 1) === "=" && !"=!".includes(text(at - 1) || " ");
  if (!isOperator) return false;
  const length = text(at + 2) === "=" ? 3 : 2;
  const right = tokens[endOfChain(tokens, at + length)];
  const left = tokens[at - 1];
  const isHarmless = [left, right].some((each) => each?.kind === "string" || harmless.has(each?.text ?? ""));
  return !isHarmless && (isSecret(left) || isSecret(right));
}

/** The last name of `a.b?.c`. */
function endOfChain(tokens: readonly Token[], start: number): number {
  let at = start;
  for (;;) {
    let next = at + 1;
    while (tokens[next]?.text === "?" || tokens[next]?.text === "!") next += 1;
    if (tokens[next]?.text !== "." || tokens[next + 1]?.kind !== "word") return at;
    at = next + 1;
  }
}

/** `secret.startsWith(given)` and the like, and rows that a database finds by a secret as it is. */
function searchesSecret(tokens: readonly Token[], at: number): boolean {
  const [token, after, argument] = tokens.slice(at, at + 3);
  if (token?.kind !== "word" || after?.text !== "(") return false;
  if (/^(?:where|orWhere|whereRef|on)$/.test(token.text)) {
    return argument?.kind === "string" && /(?:password|secret|removal_code|token)(?:_hash)?$/.test(argument.text);
  }
  const isSearch = /^(?:equals|startsWith|endsWith|includes|indexOf|localeCompare|compare)$/.test(token.text);
  const isOfBuffer = tokens[at - 1]?.text === "." && isSecret(tokens[at - 2]);
  const isLiteral = argument?.kind === "string";
  return isSearch && !isLiteral && (isOfBuffer || isSecret(tokens[endOfChain(tokens, at + 2)]));
}

test("nothing compares a secret but the function made for it", () => {
  const files = readWorkspace(root).flatMap((each) => each.files.filter(({ isTestCode }) => !isTestCode));
  assert.ok(files.length > 500, `only ${files.length} files were read`);
  const found = files.flatMap(({ path }) => {
    const source = readFileSync(join(root, path), "utf8");
    const lines = source.split("\n");
    return quickComparisons(source).map((line) => `${path}:${line}: ${lines[line - 1]?.trim()}`);
  });
  assert.deepEqual(found, []);
  const comparing = files.filter(({ path }) => readFileSync(join(root, path), "utf8").includes("timingSafeEqual"));
  assert.deepEqual(comparing.map(({ path }) => path).toSorted(), comparingFiles.toSorted());
});

test("a quick comparison of a secret is found however it is written", () => {
  const quick = [
    "if (given === file.removalCode) return;",
    "return password == account.password;",
    "const isRight = request.headers.authorization !== this.#expected;",
    "keys.find((each) => each.apiKey === apiKey);",
    "if (token!==known?.token) refuse();",
    "return this.secret.equals(given);",
    "return given.equals(password);",
    "return removalCode.startsWith(given);",
    'rows.selectFrom("files").where("removal_code", "=", code);',
    'rows.selectFrom("accounts").where("accounts.password_hash", "=", hash);',
  ];
  for (const source of quick) assert.deepEqual(quickComparisons(source), [1], source);
  const fine = [
    'if (password === "" || password === undefined) return;',
    'if (error.code === "bad-name") return;',
    'rows.selectFrom("api_keys").where("hash", "=", hash);',
    "return isSameSecret(given, file.removalCode);",
    'const isKey = name === "apikey";',
    'if (password.includes("\\n")) refuse();',
    "// password === given",
  ];
  for (const source of fine) assert.deepEqual(quickComparisons(source), [], source);
});

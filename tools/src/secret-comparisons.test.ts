import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import { lineOf, nodesOf, parseSource } from "./syntax.ts";
import { readWorkspace } from "./workspace.ts";

const root = join(import.meta.dirname, "../..");

/**
 * Where secrets are compared. The drop-in proxy has its own comparison, because the command line does not import the
 * domain. The proxy also compares digests.
 */
const comparingFiles = ["packages/core/src/same-secret.ts", "apps/cli/src/drop-in/proxy-guard.ts"];

const secretName = /(?:password|passwd|secret|removalCode|removal_code|apiKey|keyText|tokenText|authorization)$/i;
/** Words so common that they only count as a whole name. */
const secretWords = new Set(["pass", "token"]);
/** Comparisons with these only ask whether a value exists or what kind it is. */
const harmless = new Set(["undefined", "null", "true", "false"]);

/** The last name in `a.b?.c`. */
function lastName(node: ts.Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node)) return lastName(node.expression);
  return ts.isIdentifier(node) ? node.text : undefined;
}

function isSecret(node: ts.Node | undefined): boolean {
  const name = lastName(node);
  return name !== undefined && (secretName.test(name) || secretWords.has(name));
}

const isHarmless = (node: ts.Node): boolean => ts.isStringLiteralLike(node) || harmless.has(node.getText());

/** Lines that compare something named like a secret with an operation that stops at the first difference. */
function quickComparisons(source: string): number[] {
  const found = [...nodesOf(parseSource(source))].filter((node) => comparesSecret(node) || searchesSecret(node));
  return found.map(lineOf);
}

const comparisons = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);

function comparesSecret(node: ts.Node): boolean {
  if (!ts.isBinaryExpression(node) || !comparisons.has(node.operatorToken.kind)) return false;
  const { left, right } = node;
  return !isHarmless(left) && !isHarmless(right) && (isSecret(left) || isSecret(right));
}

/** `secret.startsWith(given)` and the like, and database lookups by the plain secret. */
function searchesSecret(node: ts.Node): boolean {
  if (!ts.isCallExpression(node)) return false;
  const { expression: called, arguments: given } = node;
  const name = lastName(called) ?? "";
  const [argument] = given;
  const isLiteral = argument !== undefined && ts.isStringLiteralLike(argument);
  if (/^(?:where|orWhere|whereRef|on)$/.test(name)) {
    return isLiteral && /(?:password|secret|removal_code|token)(?:_hash)?$/.test(argument.text);
  }
  const isSearch = /^(?:equals|startsWith|endsWith|includes|indexOf|localeCompare|compare)$/.test(name);
  const owner = ts.isPropertyAccessExpression(called) ? called.expression : undefined;
  return isSearch && !isLiteral && (isSecret(owner) || isSecret(argument));
}

test("secrets are only compared with the function made for it", () => {
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

test("an unsafe comparison of a secret is found in every form", () => {
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

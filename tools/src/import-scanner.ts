import { tokenize, type Token } from "./source-tokens.ts";

export interface FoundImport {
  specifier: string;
  line: number;
  /** Leaves nothing behind once types are stripped: `import type` and `export type`. */
  isTypeOnly: boolean;
}

export interface ScannedSource {
  imports: FoundImport[];
  /** Lines that read the process environment. */
  environmentLines: number[];
}

/** Finds static imports, re-exports and dynamic imports of a literal, and reads of the environment. */
export function scanSource(source: string): ScannedSource {
  const tokens = tokenize(source);
  const imports: FoundImport[] = [];
  const environmentLines: number[] = [];
  tokens.forEach((token, index) => {
    if (token.kind !== "word" || isMember(tokens, index)) return;
    if (token.text === "import") imports.push(...importAt(tokens, index));
    if (token.text === "export") imports.push(...reexportAt(tokens, index));
    if (readsEnvironment(tokens, index)) environmentLines.push(token.line);
  });
  return { imports, environmentLines };
}

const isText = (token: Token | undefined, text: string): boolean => token?.kind !== "string" && token?.text === text;

const isMember = (tokens: readonly Token[], index: number): boolean =>
  isText(tokens[index - 1], ".") && !isText(tokens[index - 2], "globalThis");

function importAt(tokens: readonly Token[], index: number): FoundImport[] {
  const next = tokens[index + 1];
  if (next === undefined || isText(next, ".")) return [];
  if (next.kind === "string") return [{ specifier: next.text, line: next.line, isTypeOnly: false }];
  if (isText(next, "(")) {
    const argument = tokens[index + 2];
    const isLiteral = argument?.kind === "string" && [")", ","].some((end) => isText(tokens[index + 3], end));
    return isLiteral ? [{ specifier: argument.text, line: argument.line, isTypeOnly: false }] : [];
  }
  return fromClause(tokens, index + 1);
}

function reexportAt(tokens: readonly Token[], index: number): FoundImport[] {
  const first = isText(tokens[index + 1], "type") ? index + 2 : index + 1;
  const isList = isText(tokens[first], "{") || isText(tokens[first], "*");
  return isList ? fromClause(tokens, index + 1) : [];
}

/** Reads `type? names from "specifier"`; anything else in between means that there is no such clause. */
function fromClause(tokens: readonly Token[], start: number): FoundImport[] {
  // `import type from "x"` imports a default called `type`.
  const isTypeOnly =
    isText(tokens[start], "type") && !(isText(tokens[start + 1], "from") && tokens[start + 2]?.kind === "string");
  let braces = 0;
  for (let index = start; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined) break;
    if (isText(token, "{")) braces += 1;
    else if (isText(token, "}")) braces -= 1;
    else if (braces === 0) {
      const source = tokens[index + 1];
      if (isText(token, "from") && source?.kind === "string") {
        return [{ specifier: source.text, line: source.line, isTypeOnly }];
      }
      // `export { a };` ends at the brace: the word after it belongs to the next statement.
      if (isText(tokens[index - 1], "}")) return [];
      if (token.kind === "punctuation" && ![",", "*"].includes(token.text)) return [];
    }
  }
  return [];
}

/** `process.env`, `process["env"]`, `{ env } = process`, and `env` imported from `node:process`. */
function readsEnvironment(tokens: readonly Token[], index: number): boolean {
  const text = (offset: number) => tokens[index + offset]?.text;
  if (text(0) === "process") {
    const member = text(1) === "?" ? 2 : 1;
    if (isText(tokens[index + member], ".") && text(member + 1) === "env") return true;
    if (isText(tokens[index + member], "[") && text(member + 1) === "env") return true;
    return text(-1) === "=" && text(-2) === "}" && ![".", "[", "?"].includes(text(1) ?? "");
  }
  if (text(0) !== "import") return false;
  const end = tokens.findIndex((token, at) => at > index && token.kind === "string");
  const clause = tokens.slice(index + 1, end);
  const isProcess = ["node:process", "process"].includes(tokens[end]?.text ?? "");
  return isProcess && clause.length < 60 && clause.some((token) => isText(token, "env"));
}

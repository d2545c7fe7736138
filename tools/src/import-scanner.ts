import ts from "typescript";
import { lineOf, nodesOf, parseSource } from "./syntax.ts";

export interface FoundImport {
  specifier: string;
  line: number;
  /** Disappears when types are stripped: `import type`, `export type`, and `import("x")` as a type. */
  isTypeOnly: boolean;
}

export interface ScannedSource {
  imports: FoundImport[];
  /** Lines that read the process environment. */
  environmentLines: number[];
}

/** Finds static imports, re-exports, dynamic imports of a literal, and reads of the environment. */
export function scanSource(source: string, path = "source.ts"): ScannedSource {
  const imports: FoundImport[] = [];
  const environmentLines: number[] = [];
  for (const node of nodesOf(parseSource(source, path))) {
    const found = importOf(node);
    if (found !== undefined && ts.isStringLiteralLike(found.from)) {
      imports.push({ specifier: found.from.text, line: lineOf(found.from), isTypeOnly: found.isTypeOnly });
    }
    if (readsEnvironment(node)) environmentLines.push(lineOf(node));
  }
  return { imports, environmentLines };
}

function importOf(node: ts.Node): { from: ts.Node; isTypeOnly: boolean } | undefined {
  if (ts.isImportDeclaration(node)) {
    return { from: node.moduleSpecifier, isTypeOnly: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword };
  }
  if (ts.isExportDeclaration(node)) {
    return node.moduleSpecifier && { from: node.moduleSpecifier, isTypeOnly: node.isTypeOnly };
  }
  if (ts.isImportTypeNode(node)) {
    return ts.isLiteralTypeNode(node.argument) ? { from: node.argument.literal, isTypeOnly: true } : undefined;
  }
  const isDynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const from = isDynamic ? node.arguments[0] : undefined;
  return from && { from, isTypeOnly: false };
}

/** `process.env`, `process["env"]`, `{ env } = process`, and `env` imported from `node:process`. */
function readsEnvironment(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return isProcess(node.expression) && node.name.text === "env";
  if (ts.isElementAccessExpression(node)) {
    const { expression, argumentExpression: name } = node;
    return isProcess(expression) && ts.isStringLiteralLike(name) && name.text === "env";
  }
  if (ts.isVariableDeclaration(node)) {
    return ts.isObjectBindingPattern(node.name) && isProcess(node.initializer) && takesEnvironment(node.name.elements);
  }
  if (ts.isBinaryExpression(node)) {
    const { left, operatorToken, right } = node;
    const isAssignment = operatorToken.kind === ts.SyntaxKind.EqualsToken && ts.isObjectLiteralExpression(left);
    return isAssignment && isProcess(right) && takesEnvironment(left.properties);
  }
  return ts.isImportSpecifier(node) && importsEnvironment(node);
}

/** `process` itself, as a global name or a member of the global object, whatever type it is cast to. */
function isProcess(node: ts.Expression | undefined): boolean {
  if (node === undefined) return false;
  if (ts.isIdentifier(node)) return node.text === "process";
  if (ts.isAsExpression(node) || ts.isParenthesizedExpression(node)) return isProcess(node.expression);
  const isMember = ts.isPropertyAccessExpression(node) && node.name.text === "process";
  return isMember && ts.isIdentifier(node.expression) && node.expression.text === "globalThis";
}

/** By its name, or with a rest element. */
function takesEnvironment(parts: readonly (ts.BindingElement | ts.ObjectLiteralElementLike)[]): boolean {
  return parts.some((part) => {
    if (ts.isSpreadAssignment(part)) return true;
    if (!ts.isBindingElement(part)) return part.name?.getText() === "env";
    return part.dotDotDotToken !== undefined || (part.propertyName ?? part.name).getText() === "env";
  });
}

function importsEnvironment({ propertyName, name, parent }: ts.ImportSpecifier): boolean {
  const { moduleSpecifier: from } = parent.parent.parent as ts.ImportDeclaration;
  const isFromProcess = ts.isStringLiteral(from) && ["node:process", "process"].includes(from.text);
  return isFromProcess && (propertyName ?? name).text === "env";
}

import ts from "typescript";

/** Parses TypeScript or JavaScript as far as possible, even with mistakes. Nothing is resolved or checked. */
export function parseSource(source: string, path = "source.ts"): ts.SourceFile {
  const kind = path.endsWith(".tsx") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  return ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true, kind);
}

/** Every node, parents before their children. */
export function* nodesOf(root: ts.Node): Generator<ts.Node> {
  const left: ts.Node[] = [root];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    yield node;
    const inner: ts.Node[] = [];
    node.forEachChild((child) => void inner.push(child));
    left.push(...inner.toReversed());
  }
}

/** Counted from 1. */
export function lineOf(node: ts.Node): number {
  const file = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}

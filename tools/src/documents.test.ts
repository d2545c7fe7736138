import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const documents = globSync(["*.md", "docs/**/*.md"], { cwd: root });
/** Its anchors are written by its generator. */
const GENERATED = "docs/reference/sdk.md";
const LINK = /\]\(([^)\s#]*)(?:#([^)]*))?\)/g;

test("each decision has its own number", () => {
  const numbers = globSync("[0-9]*.md", { cwd: join(root, "docs/decisions") }).map((name) => name.slice(0, 4));
  assert.deepEqual(numbers.toSorted(), [...new Set(numbers)].toSorted());
});

test("links between documents lead to existing files and headings", () => {
  const broken: string[] = [];
  for (const path of documents) {
    for (const [, target = "", heading] of textOf(path).matchAll(LINK)) {
      if (/^[a-z]+:/.test(target) || target.startsWith("/")) continue;
      const linked = target === "" ? path : join(dirname(path), target);
      const isThere = existsSync(join(root, linked));
      const isDocument = linked.endsWith(".md") && linked !== GENERATED;
      const isHeading = heading === undefined || !isDocument || (isThere && anchorsOf(linked).has(heading));
      if (!isThere || !isHeading) broken.push(`${path}: ${target}${heading === undefined ? "" : `#${heading}`}`);
    }
  }
  assert.deepEqual(broken, []);
});

function textOf(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

const known = new Map<string, Set<string>>();

/** The anchors of a document's headings, as GitHub and others create them. */
function anchorsOf(path: string): Set<string> {
  const anchors = known.get(path) ?? new Set<string>();
  if (known.has(path)) return anchors;
  known.set(path, anchors);
  for (const [, title = ""] of textOf(path).matchAll(/^#{1,6} (.+)$/gm)) {
    const name = title
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
    let anchor = name;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${name}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

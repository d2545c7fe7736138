import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const LINK = /\]\(([^)\s#]+)(?:#[^)]*)?\)/g;

test("each decision has a number of its own", () => {
  const numbers = globSync("[0-9]*.md", { cwd: join(root, "docs/decisions") }).map((name) => name.slice(0, 4));
  assert.deepEqual(numbers.toSorted(), [...new Set(numbers)].toSorted());
});

test("links between documents lead to files that exist", () => {
  const broken: string[] = [];
  for (const path of globSync(["*.md", "docs/**/*.md"], { cwd: root })) {
    for (const [, target = ""] of readFileSync(join(root, path), "utf8").matchAll(LINK)) {
      if (/^[a-z]+:/.test(target) || target.startsWith("/")) continue;
      if (!existsSync(join(root, dirname(path), target))) broken.push(`${path}: ${target}`);
    }
  }
  assert.deepEqual(broken, []);
});

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const IMPORT = /^(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s+)?"([^"]+)"|\bimport\("([^"]+)"\)/gm;

/** What a runtime without Node's modules loads, starting at the entry point. */
function loaded(entry: string): Map<string, string[]> {
  const { imports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    imports: Record<string, { default: string }>;
  };
  const found = new Map<string, string[]>();
  const visit = (path: string) => {
    if (found.has(path)) return;
    const text = readFileSync(path, "utf8");
    const specifiers = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? "");
    found.set(path, specifiers);
    for (const specifier of specifiers) {
      const mapped = imports[specifier]?.default;
      if (mapped !== undefined) visit(join(root, mapped));
      else if (specifier.startsWith(".")) visit(join(dirname(path), specifier));
    }
  };
  visit(join(root, entry));
  return found;
}

test("the browser version needs nothing from Node and only the inlined dependency", () => {
  const files = loaded("src/index.ts");
  assert.ok(files.size > 40);
  assert.ok([...files.keys()].some((path) => path.endsWith("web-platform.ts")));
  assert.ok(!files.has(join(root, "src/platform/node-platform.ts")));
  const outside = new Set([...files.values()].flat().filter((specifier) => !/^[.#]/.test(specifier)));
  for (const specifier of outside) {
    assert.match(specifier, /^@consigne\/(whirlpool$|contract\/[a-z-]+$)/);
    for (const path of sourcesOf(specifier)) {
      assert.ok(existsSync(path));
      assert.doesNotMatch(readFileSync(path, "utf8"), /^import (?!type)[^"]*"(?!\.)/m, path);
    }
  }
});

function sourcesOf(specifier: string): string[] {
  if (specifier.startsWith("@consigne/contract/")) {
    return [join(root, "../contract/src", `${specifier.replace("@consigne/contract/", "")}.ts`)];
  }
  const folder = join(root, "../whirlpool/src");
  return readdirSync(folder).map((name) => join(folder, name));
}

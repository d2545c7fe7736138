import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";

it("the contract imports only TypeBox's builder and its own files, so it runs in a browser", async () => {
  const files = await readdir(import.meta.dirname, { recursive: true });
  const sources = files.filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
  assert.ok(sources.length > 15);
  for (const file of sources) {
    const text = await readFile(join(import.meta.dirname, file), "utf8");
    for (const [, specifier = ""] of text.matchAll(/^(?:import|export|\}).*\bfrom "([^"]+)"/gm)) {
      assert.match(specifier, /^(typebox$|\.)/, `${file} imports ${specifier}`);
    }
  }
});

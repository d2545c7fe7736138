import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { texts as english } from "./english.ts";
import { texts as french } from "./french.ts";

const PART = /^(english|french)-\w+\.ts$/;

test("no text of a part is hidden by another one of the same name", async () => {
  const parts = readdirSync(import.meta.dirname).filter((name) => PART.test(name));
  assert.ok(parts.length > 0);
  for (const name of parts) {
    const whole: Readonly<Record<string, string>> = name.startsWith("english") ? english : french;
    const exported = Object.values((await import(`./${name}`)) as Record<string, Record<string, string>>);
    for (const [id, text] of exported.flatMap((part) => Object.entries(part)))
      assert.equal(whole[id], text, `${name}: ${id}`);
  }
});

test("both languages name the same values", () => {
  const namesIn = (text: string) => new Set([...text.matchAll(/\{([a-z]\w*)[,}]/g)].map(([, name]) => name));
  for (const [id, text] of Object.entries(english))
    assert.deepEqual(namesIn(text), namesIn(french[id as keyof typeof english]), id);
});

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { texts as english } from "./english.ts";
import { formatMessage } from "./format-message.ts";
import { texts as french } from "./french.ts";
import { parts } from "./parts.ts";

type Texts = Readonly<Record<string, string>>;

/** What is always there, and each part. */
async function pairs(): Promise<{ name: string; en: Texts; fr: Texts }[]> {
  const loaded = Object.entries(parts).map(async ([name, { en, fr }]) => ({
    name,
    en: (await en()).texts,
    fr: (await fr()).texts,
  }));
  return [{ name: "base", en: english, fr: french }, ...(await Promise.all(loaded))];
}

const namesIn = (text: string) => new Set([...text.matchAll(/\{([a-z]\w*)[,}]/g)].map(([, name]) => name));

suite("texts", () => {
  test("stand in one part each, in both languages", async () => {
    const seen = new Set<string>();
    for (const { name, en, fr } of await pairs()) {
      assert.deepEqual(Object.keys(fr).toSorted(), Object.keys(en).toSorted(), name);
      for (const id of Object.keys(en)) {
        assert.ok(!seen.has(id), `${name}: ${id}`);
        seen.add(id);
      }
    }
  });

  test("name the same values in both languages, and every brace is closed", async () => {
    for (const { en, fr } of await pairs())
      for (const [id, message] of Object.entries(en)) {
        const other = fr[id] ?? "";
        assert.deepEqual(namesIn(other), namesIn(message), id);
        assert.notEqual(formatMessage(other, "fr", { count: 2 }), "", id);
        assert.ok(!formatMessage(message, "en", { count: 2 }).includes("{"), id);
      }
  });
});

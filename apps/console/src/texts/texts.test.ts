import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { texts as english } from "./english.ts";
import { formatMessage } from "./format-message.ts";
import { texts as french } from "./french.ts";
import { awaitedTexts } from "./language.ts";
import { parts } from "./parts.ts";

type Texts = Readonly<Record<string, string>>;

/** The texts that are always loaded, and each part. */
async function pairs(): Promise<{ name: string; en: Texts; fr: Texts }[]> {
  const loaded = Object.entries(parts).map(async ([name, { en, fr }]) => ({
    name,
    en: (await en()).texts,
    fr: (await fr()).texts,
  }));
  return [{ name: "base", en: english, fr: french }, ...(await Promise.all(loaded))];
}

const namesIn = (text: string) => new Set([...text.matchAll(/\{([a-z]\w*)[,}]/g)].map(([, name]) => name));

suite("text parts", () => {
  test("contain each text once, in both languages", async () => {
    const seen = new Set<string>();
    for (const { name, en, fr } of await pairs()) {
      assert.deepEqual(Object.keys(fr).toSorted(), Object.keys(en).toSorted(), name);
      for (const id of Object.keys(en)) {
        assert.ok(!seen.has(id), `${name}: ${id}`);
        seen.add(id);
      }
    }
  });

  test("use the same values in both languages, with balanced braces", async () => {
    for (const { en, fr } of await pairs())
      for (const [id, message] of Object.entries(en)) {
        const other = fr[id] ?? "";
        assert.deepEqual(namesIn(other), namesIn(message), id);
        assert.notEqual(formatMessage(other, "fr", { count: 2 }), "", id);
        assert.ok(!formatMessage(message, "en", { count: 2 }).includes("{"), id);
      }
  });

  // React renders a component again when what it waited for is loaded; its hooks are mixed up unless it waits again.
  test("return the same promise before and after they are loaded", async () => {
    const before = awaitedTexts("fr", ["trash", "share"]);
    await Promise.all(before);
    const after = awaitedTexts("fr", ["trash", "share"]);
    assert.deepEqual(
      after.map((each, at) => each === before[at]),
      [true, true],
    );
    for (const each of after) assert.equal((each as { status?: string }).status, "fulfilled");
  });
});

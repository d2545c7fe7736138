import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { formatMessage } from "../texts/format-message.ts";
import { texts as english } from "../texts/english.ts";
import { texts as french } from "../texts/french.ts";
import type { Text } from "../texts/use-text.ts";
import { sentenceOf } from "./activity-sentence.ts";

const inEnglish: Text = (id, values) => formatMessage(english[id], "en", values);
const inFrench: Text = (id, values) => formatMessage(french[id], "fr", values);

function sentences(action: string, details: Record<string, string | number> = {}): string[] {
  const record = { id: "1", at: new Date(0), by: "session", keyId: undefined, address: "", action, details } as const;
  return [inEnglish, inFrench].map((text) => sentenceOf({ ...record, objectId: "abc12" }, new Map(), text));
}

suite("sentences of the activity", () => {
  test("say what was done to a link", () => {
    assert.deepEqual(sentences("link.add"), ["Link abc12 made", "Lien abc12 créé"]);
    assert.deepEqual(sentences("link.change"), ["Link abc12 changed", "Lien abc12 modifié"]);
    assert.deepEqual(sentences("link.remove"), ["Link abc12 removed", "Lien abc12 supprimé"]);
  });

  test("say what came back from the trash and what was removed from it", () => {
    assert.deepEqual(sentences("file.restore", { name: "a.txt" }), [
      "“a.txt” restored from the trash",
      "« a.txt » restauré depuis la corbeille",
    ]);
    assert.deepEqual(sentences("folder.restore", { name: "a" }), [
      "Folder a restored from the trash",
      "Dossier a restauré depuis la corbeille",
    ]);
    assert.deepEqual(sentences("trash.remove", { count: 2 }), [
      "2 entries of the trash removed for good",
      "2 éléments de la corbeille supprimés définitivement",
    ]);
  });

  test("say how many folders went, and what yielded to uploads", () => {
    assert.deepEqual(sentences("folder.remove", { name: "a" }), ["Folder a removed", "Dossier a supprimé"]);
    assert.deepEqual(sentences("folder.remove", { count: 30 }), ["30 folders removed", "30 dossiers supprimés"]);
    assert.deepEqual(sentences("trash.yield", { count: 2, sizeBytes: 9 }), [
      "2 entries of the trash removed for good, for lack of room on the server",
      "2 éléments de la corbeille supprimés définitivement, le serveur manquant de place",
    ]);
  });

  test("name a change that they have no words for", () => {
    assert.deepEqual(sentences("moon.land"), ["moon.land (abc12)", "moon.land (abc12)"]);
  });
});

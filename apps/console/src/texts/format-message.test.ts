import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { texts as dialogs } from "./english-dialogs.ts";
import { texts as english } from "./english.ts";
import { texts as frenchUploads } from "./french-uploads.ts";
import { texts as french } from "./french.ts";
import { formatMessage } from "./format-message.ts";

suite("texts of the console", () => {
  test("have each language's plural forms", () => {
    const shown = (count: number) => [
      formatMessage(english["files.count"], "en", { count }),
      formatMessage(french["files.count"], "fr", { count }),
      formatMessage(frenchUploads["up.finished"], "fr", { count }),
    ];
    assert.deepEqual(shown(0), ["Empty", "Vide", "0 fichier envoyé"]);
    assert.deepEqual(shown(1), ["1 item", "1 élément", "1 fichier envoyé"]);
    assert.deepEqual(shown(1200), ["1,200 items", "1\u202f200 éléments", "1\u202f200 fichiers envoyés"]);
  });

  test("insert names unchanged, including braces and within plural forms", () => {
    assert.equal(
      formatMessage("“{name}” is there", "en", { name: "{a} # {count, plural" }),
      "“{a} # {count, plural” is there",
    );
    assert.equal(formatMessage(dialogs["remove.title"], "en", { count: 1, name: "x # {y}" }), "Remove “x # {y}”?");
    assert.equal(formatMessage(dialogs["remove.title"], "en", { count: 3, name: "x" }), "Remove 3 items?");
  });
});

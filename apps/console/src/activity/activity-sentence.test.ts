import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { formatMessage } from "../texts/format-message.ts";
import { texts as english } from "../texts/english-activity.ts";
import { texts as french } from "../texts/french-activity.ts";
import type { Language, Spoken } from "../texts/language.ts";
import { Replacements, sentenceOf, whoDid } from "./activity-sentence.ts";

const spokenIn = (language: Language, texts: Readonly<Record<string, string>>): Spoken<"activity"> => ({
  language,
  text: (id, values) => formatMessage(texts[id] ?? "", language, values),
  knows: (id) => Object.hasOwn(texts, id),
});
const languages = [spokenIn("en", english), spokenIn("fr", french)];

function sentences(action: string, details: Record<string, string | number> = {}): string[] {
  return languages.map((words) => sentenceOf(recordOf(action, details), new Map(), words));
}

function recordOf(action: string, details: Record<string, string | number>, objectId = "abc12") {
  return { at: new Date(0), by: "session", keyId: undefined, address: "192.0.2.7", action, details, objectId } as const;
}

suite("activity entries", () => {
  test("say who changed what in a shared folder, and whose folder it was", () => {
    const record = { ...recordOf("file.remove", { name: "a.txt" }), by: "other", address: undefined } as const;
    for (const words of languages)
      assert.equal(whoDid({ ...record, actorEmail: "ann@example.org" }, new Map(), words.text), "ann@example.org");
    const own = { ...recordOf("file.remove", { name: "a.txt" }), ownerEmail: "bob@example.org" };
    assert.deepEqual(
      languages.map((words) => sentenceOf(own, new Map(), words)),
      [
        "“a.txt” removed (in a folder of bob@example.org)",
        "«\u{a0}a.txt\u{a0}» supprimé (dans un dossier de bob@example.org)",
      ],
    );
  });

  test("say what happened to a link", () => {
    assert.deepEqual(sentences("link.add", { name: "a.txt" }), [
      "Link to “a.txt” created",
      "Lien vers «\u{a0}a.txt\u{a0}» créé",
    ]);
    assert.deepEqual(sentences("link.remove", { name: "a.txt", note: "for Ann" }), [
      "Link to “a.txt” removed (for Ann)",
      "Lien vers «\u{a0}a.txt\u{a0}» supprimé (for Ann)",
    ]);
    assert.deepEqual(sentences("link.change"), ["Link to “abc12” changed", "Lien vers «\u{a0}abc12\u{a0}» modifié"]);
  });

  test("say what was restored from the trash and what was removed from it", () => {
    assert.deepEqual(sentences("file.restore", { name: "a.txt" }), [
      "“a.txt” restored from the trash",
      "«\u{a0}a.txt\u{a0}» restauré depuis la corbeille",
    ]);
    assert.deepEqual(sentences("folder.restore", { name: "a" }), [
      "Folder a restored from the trash",
      "Dossier a restauré depuis la corbeille",
    ]);
    assert.deepEqual(sentences("trash.remove", { count: 2 }), [
      "2 items in the trash permanently removed",
      "2 éléments de la corbeille supprimés définitivement",
    ]);
  });

  test("say how many folders were removed, and what made room for uploads", () => {
    assert.deepEqual(sentences("folder.remove", { name: "a" }), ["Folder a removed", "Dossier a supprimé"]);
    assert.deepEqual(sentences("folder.remove", { count: 30 }), ["30 folders removed", "30 dossiers supprimés"]);
    assert.deepEqual(sentences("trash.yield", { count: 2, sizeBytes: 9 }), [
      "2 items in the trash permanently removed, because the server ran out of space",
      "2 éléments de la corbeille supprimés définitivement, faute de place sur le serveur",
    ]);
    assert.deepEqual(sentences("version.yield", { count: 1, sizeBytes: 9 }), [
      "1 older version permanently removed, because the server ran out of space",
      "1 version précédente supprimée définitivement, le serveur manquant de place",
    ]);
  });

  test("name the changed account, even in older records without it", () => {
    const account = "ann@example.org";
    assert.deepEqual(sentences("account.lock", { account }), [
      "Account ann@example.org locked",
      "Compte ann@example.org verrouillé",
    ]);
    assert.deepEqual(sentences("account.lock"), ["Account locked", "Compte verrouillé"]);
    assert.deepEqual(sentences("account.quota", { account, quotaBytes: String(5 * 2 ** 30) }), [
      "Quota of ann@example.org set to 5\u{a0}GiB",
      "Nouveau quota de ann@example.org\u{a0}: 5\u{a0}Gio",
    ]);
    assert.deepEqual(sentences("account.removed", { email: account }), [
      "Account ann@example.org removed",
      "Compte ann@example.org supprimé",
    ]);
    assert.deepEqual(sentences("session.begin", { account }), [
      "Signed in as ann@example.org from 192.0.2.7",
      "Connexion en tant que ann@example.org depuis 192.0.2.7",
    ]);
    assert.deepEqual(sentences("lock.release", { kind: "account", who: account }), [
      "ann@example.org released from a lock",
      "Blocage de ann@example.org levé",
    ]);
    assert.deepEqual(sentences("storage.check"), ["Storage check started", "Vérification du stockage lancée"]);
  });

  test("show a key's name, even if the key is no longer listed", () => {
    assert.deepEqual(sentences("key.revoke", { key: "k1", name: "laptop" }), [
      "Key laptop revoked",
      "Clé laptop révoquée",
    ]);
  });

  test("name the owner of a key that an administrator revoked", () => {
    assert.deepEqual(sentences("key.revoke", { key: "k1", name: "laptop", account: "ann@example.org" }), [
      "Key laptop of ann@example.org revoked",
      "Clé laptop de ann@example.org révoquée",
    ]);
  });

  test("say that an administrator did it", () => {
    const record = { ...recordOf("key.revoke", { key: "k1" }), by: "administrator", address: undefined } as const;
    assert.deepEqual(
      languages.map(({ text }) => whoDid(record, new Map(), text)),
      ["an administrator of the server", "une personne qui administre le serveur"],
    );
  });

  test("mention once a file uploaded to replace another", () => {
    const newestFirst = [
      recordOf("file.replace", { name: "a.txt", by: "new01" }),
      recordOf("file.upload", { name: "a.txt" }, "new01"),
      recordOf("file.upload", { name: "b.txt" }, "new02"),
      recordOf("file.upload", { count: 30 }, "new01"),
    ];
    const replacements = new Replacements();
    assert.deepEqual(
      newestFirst.map((record) => replacements.tellsOf(record)),
      [false, true, false, false],
    );
  });

  test("show the name of an unknown change", () => {
    assert.deepEqual(sentences("moon.land"), ["moon.land (abc12)", "moon.land (abc12)"]);
  });
});

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { newPerson } from "./_terminal.ts";
import { TypedShell, type TypedShellName, typedShells } from "./_typed-shell.ts";

/** Characters that a shell would act on if they were not quoted. */
const FOLDER = `it's $HOME "a" & b; c`;
const FILE = "Grüße: 日本 (1) #2!.txt";
const TAB = "\t";

const casesOf = (shell: TypedShellName): [title: string, keys: string, expected: string[]][] => [
  ["a subcommand", `consigne remote wa${TAB}`, ["remote", "wait"]],
  ["an option and a profile", `consigne ls --prof${TAB}hom${TAB}`, ["ls", "--profile", "home"]],
  ["a profile after =", `consigne ls --profile=hom${TAB}`, ["ls", "--profile=home"]],
  ["names with quotes, $ and letters of any script", `consigne cat :/it${TAB}Gr${TAB}`, ["cat", `:/${FOLDER}/${FILE}`]],
  ["after an open single quote", `consigne cat 'home:/it${TAB}G${TAB}`, ["cat", `home:/${FOLDER}/${FILE}`]],
  ["after an open double quote", `consigne cat ":/it${TAB}G${TAB}`, ["cat", `:/${FOLDER}/${FILE}`]],
  ["after escaped characters", `consigne cat home:/plain/my\\ cat\\:${TAB}`, ["cat", "home:/plain/my cat: one.jpg"]],
  // If names differ where both need a backslash, zsh inserts the backslash, as it does for file names.
  [
    "the common prefix of names",
    `consigne cat :/plain/th${TAB}${shell === "zsh" ? "" : "\\"}$${TAB}`,
    ["cat", ":/plain/the$two"],
  ],
  ["after another command and a variable", `true; A=1 consigne du hom${TAB}pl${TAB}`, ["du", "home:/plain/"]],
  ["local files and remote folders", `consigne put no${TAB} :/pl${TAB}`, ["put", "notes (1).txt", ":/plain/"]],
];

suite("completion at a terminal", { concurrency: 3 }, () => {
  for (const name of typedShells) {
    test(`works in ${name}`, { timeout: 180_000 }, async (t) => {
      const person = await newPerson(t);
      const { seed, apiKey } = person.server;
      await seed.file(`/${FOLDER}/${FILE}`, "x");
      for (const each of ["my cat: one.jpg", "the one", "the$two"]) await seed.file(`/plain/${each}`, "x");
      await person.ok(["login", "--profile", "home", "--key-stdin", "--key-file"], { stdin: apiKey });
      const shell = await TypedShell.open(t, name, person);
      if (shell === undefined) return;
      await writeFile(join(person.home, "here", "notes (1).txt"), "x");
      for (const [title, keys, expected] of casesOf(name)) {
        await t.test(title, async () => assert.deepEqual(await shell.enter(keys), expected));
      }
    });
  }
});

import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { startFaultyServer } from "@consigne/testkit";
import { binPath, finish, lacks } from "./_fixtures.ts";
import { newPerson, type Person } from "./_terminal.ts";

async function complete({ ok }: Person, line: string, ...more: string[]): Promise<string[]> {
  const { stdout, stderr } = await ok(["__complete", "--line", line, ...more]);
  assert.equal(stderr, "");
  return stdout.split("\n").filter((each) => each !== "");
}

test("completes commands, those below them, options and their values", async (t) => {
  const person = await newPerson(t);
  assert.deepEqual(await complete(person, "consigne who"), ["whoami"]);
  assert.equal((await complete(person, "consigne ")).includes("__complete"), false);
  assert.deepEqual(await complete(person, "consigne remote w"), ["wait"]);
  assert.deepEqual(await complete(person, "consigne ftp users r"), ["rm"]);
  assert.deepEqual(await complete(person, "consigne help config d"), ["default"]);
  assert.deepEqual(await complete(person, "consigne ls --so"), ["--sort"]);
  assert.deepEqual(await complete(person, "consigne attr --inline y"), ["yes"]);
  const login = ["login", "--profile", "home", "--key-stdin", "--key-file"];
  await person.ok(login, { stdin: person.server.apiKey });
  assert.deepEqual(await complete(person, "consigne ls --profile h"), ["home"]);
  assert.deepEqual(await complete(person, "consigne ls h"), ["home:/"]);
});

test("completes remote paths, and offers no name that would act on a terminal", async (t) => {
  const person = await newPerson(t);
  await person.server.seed.file("/photos/my cat.jpg", "x");
  await person.server.seed.file("/photos/bad\u001b]0;x.jpg", "x");
  await person.server.seed.folder("/photos/2026");
  assert.deepEqual(await complete(person, "consigne ls :/p"), [":/photos/"]);
  assert.deepEqual(await complete(person, "consigne get :/photos/"), [":/photos/2026/", ":/photos/my cat.jpg"]);
  assert.deepEqual(await complete(person, "consigne get ':/photos/my c"), [":/photos/my cat.jpg"]);
  const bash = await complete(person, "consigne get :/photos/m", "--shell", "bash");
  assert.deepEqual(bash, ["/photos/my\\ cat.jpg"], "bash puts in what stands behind the colon");
  assert.deepEqual(await complete(person, "consigne remote add --to :/p"), [":/photos/"]);
});

test("remembers listings for a while, and is silent when the server is away or does not know the key", async (t) => {
  const person = await newPerson(t);
  const server = await startFaultyServer();
  t.after(() => server[Symbol.asyncDispose]());
  await server.seed.folder("/photos");
  const variables = { ...person.variables, CONSIGNE_URL: server.url };
  const run = (extra: object) =>
    person.run(["__complete", "--line", "consigne ls :/"], { variables: { ...variables, ...extra } });
  assert.equal((await run({})).stdout, ":/photos/\n");
  await server.stop();
  assert.equal((await run({})).stdout, ":/photos/\n");
  for (const extra of [{ CONSIGNE_URL: "http://127.0.0.1:9" }, { CONSIGNE_API_KEY: "k".repeat(32) }]) {
    const { code, stdout, stderr } = await run(extra);
    assert.deepEqual([code, stdout, stderr], [0, "", ""]);
  }
});

test("bash completes by the script", async (t) => {
  if (lacks(t, "bash", "-c", "((BASH_VERSINFO[0] >= 4))")) return;
  const person = await newPerson(t);
  await person.server.seed.folder("/photos/my holidays");
  const program = join(person.home, "consigne");
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${binPath}' "$@"\n`);
  await chmod(program, 0o755);
  const script = `
    eval "$(consigne completion bash)"
    try() { COMP_LINE="$1"; COMP_POINT=\${#1}; COMPREPLY=(); compopt() { :; }; _consigne; printf '<%s>' "\${COMPREPLY[@]}"; echo; }
    try 'consigne whoa'
    try 'consigne ls :/ph'
    try 'consigne ls :/photos/'
    complete -p consigne`;
  const variables = { ...person.variables, PATH: `${person.home}:${process.env["PATH"] ?? ""}` };
  const { stdout, stderr } = await finish("bash", ["--norc", "-c", script], variables);
  assert.equal(stderr, "");
  const expected = ["<whoami>", "</photos/>", "</photos/my\\ holidays/>", "complete -o default -F _consigne consigne"];
  assert.deepEqual(stdout.trim().split("\n"), expected);
});

test("there is a script for each shell, and none for others", async (t) => {
  const { ok, run } = await newPerson(t);
  for (const shell of ["bash", "zsh", "fish", "powershell"]) {
    assert.match((await ok(["completion", shell])).stdout, /consigne __complete/);
  }
  assert.equal((await run(["completion", "tcsh"])).code, 2);
});

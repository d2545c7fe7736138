import assert from "node:assert/strict";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { loadCommands } from "../src/commands/index.ts";
import type { CommandGroupSpec, CommandSpec } from "../src/command-line/command.ts";
import { outputTo } from "../src/command-line/output.ts";
import { exitCodes } from "../src/command-line/exit-codes.ts";
import { showProgress } from "../src/progress/terminal-progress.ts";
import { consigne } from "./_fixtures.ts";
import { Capture, jsonLines, newPerson } from "./_terminal.ts";

function* leaves(
  specs: readonly (CommandSpec | CommandGroupSpec)[],
  above: string[] = [],
): Generator<[string[], CommandSpec]> {
  for (const spec of specs) {
    const path = [...above, spec.name];
    if ("handler" in spec) yield [path, spec];
    else yield* leaves(spec.commands, path);
  }
}

test("a password on the command line is refused, without advice about removing a password", async (t) => {
  const { run } = await newPerson(t);
  for (const args of [
    ["attr", "--password", "X", ":/a"],
    ["attr", "--password=X", ":/a", "--json"],
  ]) {
    const { code, stdout, stderr } = await run(args);
    assert.equal(code, 2);
    assert.match(stderr, /unknown option '--password/);
    assert.match(stderr, /--password-stdin, which reads it or asks/);
    assert.doesNotMatch(stdout + stderr, /no-password/);
  }
});

test("every command has --help with its examples, and --json unless it runs another program", async (t) => {
  const { ok } = await newPerson(t);
  for (const [path, spec] of leaves(await loadCommands())) {
    const { stdout } = await ok([...path, "--help"]);
    for (const { line } of spec.examples ?? []) assert.ok(stdout.includes(line), path.join(" "));
    if (spec.isHidden || spec.name === "run") continue;
    assert.ok(
      spec.options.some(({ flags }) => flags === "--json"),
      path.join(" "),
    );
  }
});

test("commands that change something on a server have --dry-run", async () => {
  const changing = [
    "put",
    "get",
    "mkdir",
    "mv",
    "cp",
    "rm",
    "attr",
    "share",
    "sync",
    "dedupe",
    "links add",
    "links change",
    "links rm",
    "remote add",
    "voucher use",
  ];
  const dry = [...leaves(await loadCommands())].filter(([, { options }]) =>
    options.some(({ flags }) => flags === "--dry-run"),
  );
  const names = new Set(dry.map(([path]) => path.join(" ")));
  for (const name of changing) assert.ok(names.has(name), name);
});

test("incompatible options are refused before anything is asked, and help lists them", async (t) => {
  const { ok, run } = await newPerson(t);
  const nobody = { variables: { CONSIGNE_URL: "http://127.0.0.1:1" } };
  const cases = [
    ["share :/f --public --private", "--private and --public cannot be combined."],
    ["share :/f --private --password-stdin", "--private and --password-stdin cannot be combined."],
    ["attr :/a --password-stdin --no-password", "--password-stdin and --no-password cannot be combined."],
    ["attr :/a --everybody --customers-only", "--everybody and --customers-only cannot be combined."],
    ["attr :/a --allow-country FR --everybody", "--everybody and --allow-country cannot be combined."],
    ["sync . :/f --checksum --size-only", "--size-only and --checksum cannot be combined."],
    ["link :/a --inline", "--inline has no effect without --direct; add it or leave both out."],
    ["remote add http://a.example/ --timeout 5", "--timeout has no effect without --wait; add it or leave both out."],
  ];
  for (const [line = "", message = ""] of cases) {
    const { code, stderr } = await run(line.split(" "), nobody);
    assert.deepEqual([code, stderr], [2, `consigne: ${message}\n`], line);
  }
  const helpOf = async (...words: string[]) => (await ok([...words, "--help"])).stdout.replaceAll(/\s+/g, " ");
  assert.match(await helpOf("share"), /--public create a public page for it; not with --private /);
  assert.match(await helpOf("link"), /--inline let browsers .*; only with --direct /);
});

test("an unknown value is answered with the allowed values", async (t) => {
  const { run } = await newPerson(t);
  for (const [line, message] of [
    ["ls --sort age", '--sort takes name, size or date, not "age".'],
    ["find --type x", '--type takes f or d, not "x".'],
    ["attr --plain-http maybe :/a", '--plain-http takes yes or no, not "maybe".'],
    ["dedupe --keep all :/", '--keep takes newest, oldest or first, not "all".'],
  ] as const) {
    const { code, stderr } = await run(line.split(" "));
    assert.deepEqual([code, stderr], [2, `consigne: ${message}\n`], line);
  }
});

test("help for an unknown command is an error with a hint", async (t) => {
  const { run } = await newPerson(t);
  for (const topic of [["nothing"], ["ca", "nothing"]]) {
    const { code, stdout, stderr } = await run(["help", ...topic]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.equal(
      stderr,
      `consigne: There is no command "${topic.join(" ")}"; \`consigne --help\` lists the commands.\n`,
    );
  }
});

test("an unknown command in a group is answered with the known ones", async (t) => {
  const { run } = await newPerson(t);
  for (const [words, known] of [
    [["ftp", "users", "frob"], "available: ls, add, rm"],
    [["config", "frob", "x"], "available: list, "],
    [["ca", "frob", "--json"], "available: show, "],
  ] as const) {
    const { code, stderr } = await run(words);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^consigne: There is no command "[a-z ]+ frob"; /);
    assert.ok(stderr.includes(known), stderr);
  }
});

test("options may stand before the command", async (t) => {
  const { ok, run } = await newPerson(t);
  await ok(["mkdir", ":/made"]);
  assert.deepEqual(jsonLines((await ok(["--json=name", "--retries", "0", "ls", ":/"])).stdout), [{ name: "made" }]);
  assert.equal((await ok(["--json", "config", "list"])).stdout, (await ok(["config", "list", "--json"])).stdout);
  const wrong = await run(["--no-such-option", "ls"]);
  assert.deepEqual([wrong.code, /unknown option '--no-such-option'/.test(wrong.stderr)], [2, true]);
});

test("help shows a command's page, and the exit codes", async (t) => {
  const { ok } = await newPerson(t);
  assert.equal((await ok(["help", "get"])).stdout, (await ok(["get", "--help"])).stdout);
  assert.equal((await ok(["help", "ca", "show"])).stdout, (await ok(["ca", "show", "--help"])).stdout);
  assert.match((await ok(["help"])).stdout, /consigne help exit-codes/);
  const codes = jsonLines((await ok(["help", "exit-codes", "--json"])).stdout).map(({ code }) => code);
  assert.deepEqual(codes, Object.values(exitCodes));
});

test("colours appear on terminals only, subject to NO_COLOR, --color and --no-color", async (t) => {
  const { server, ok } = await newPerson(t);
  await server.seed.folder("/f");
  const ls = async (args: string[], noColor: string | undefined, isTerminal = true) =>
    (await ok(["ls", ...args], { isTerminal, variables: { NO_COLOR: noColor } })).stdout;
  const [plain, blue] = ["f/\n", "\u001b[1;34mf/\u001b[0m\n"];
  assert.deepEqual([await ls([], undefined), await ls([], "1"), await ls([], undefined, false)], [blue, plain, plain]);
  assert.deepEqual([await ls(["--no-color"], undefined), await ls(["--color"], "1")], [plain, blue]);
});

test("the progress line fits its terminal, even after a resize, and is gone at the end", async () => {
  const stream = new Capture(true);
  const output = outputTo(new Capture(), stream);
  let nowMs = 0;
  const progress = showProgress(output, { nowMs: () => nowMs });
  const next = async (): Promise<string> => {
    const before = stream.chunks.length;
    while (stream.chunks.length === before) await sleep(5);
    return String(stream.chunks.at(-1)).replace("\r\u001b[K", "");
  };
  progress.expect({ files: 2, bytes: 1000 });
  const file = progress.begin({ name: "holiday.mkv", sizeBytes: 800 });
  file.add(400);
  assert.match(await next(), /^0\/2 files {2}400 B\/1000 B {2}40 % {2}holiday\.mkv 50 %$/);
  file.add(400);
  file.state("verifying");
  assert.match(await next(), /holiday\.mkv verifying$/);
  stream.columns = 30;
  file.done();
  assert.ok((await next()).length < 30);
  stream.columns = 80;
  progress.pause("flood lock", 28_000);
  assert.equal(await next(), "paused 28 s: flood lock");
  nowMs = 5000;
  assert.equal(await next(), "paused 23 s: flood lock");
  progress.end();
  assert.equal(String(stream.chunks.at(-1)), "\r\u001b[K");
});

test("the program as its own process prints data to stdout and nothing else", async (t) => {
  const { server, variables } = await newPerson(t);
  await server.seed.file("/a.txt", "text");
  assert.deepEqual(await consigne(["cat", ":/a.txt"], variables), {
    code: 0,
    signal: null,
    stdout: "text",
    stderr: "",
  });
  const missing = await consigne(["get", ":/none"], variables);
  assert.deepEqual([missing.code, missing.stdout], [4, ""]);
});

test("no command prints the key", async (t) => {
  const { server, run } = await newPerson(t);
  await server.seed.file("/a.txt", "text");
  for (const args of [
    ["ls", ":/"],
    ["stat", ":/a.txt"],
    ["doctor"],
    ["whoami"],
    ["config", "redacted"],
    ["link", "--direct", ":/a.txt"],
    ["remote", "ls"],
  ]) {
    const { stdout, stderr } = await run([...args, ...(args[0] === "config" ? [] : ["--verbose"])]);
    assert.equal(`${stdout}${stderr}`.includes(server.apiKey), false, args.join(" "));
  }
});

test("an invalid URL is refused in plain words, without showing a password in it", async (t) => {
  const { run } = await newPerson(t);
  for (const url of ["nonsense", "ftp://host/", "http://[bad"]) {
    const asOption = await run(["ls", ":/", "--url", url]);
    assert.deepEqual([asOption.code, asOption.stderr.split("\n").length], [2, 2], asOption.stderr);
    assert.match(asOption.stderr, /^consigne: ".*" \(--url\) is not the URL of a server; it must begin with http:/);
    const asVariable = await run(["whoami"], { variables: { CONSIGNE_URL: url } });
    assert.match(asVariable.stderr, /\(CONSIGNE_URL\) is not the URL/);
    for (const args of [["doctor"], ["login", "--key-stdin", "--key-file"]]) {
      assert.equal((await run([...args, "--url", url], { stdin: "some-key" })).code, 2, args.join(" "));
    }
  }
  const secret = await run(["ls", ":/", "--url", "https://me:hidden@host/"]);
  assert.equal(secret.code, 2);
  assert.doesNotMatch(secret.stderr, /hidden/);
});

test("an error with a local file is one plain line with the documented exit code", async (t) => {
  const { home, run, server } = await newPerson(t);
  await server.seed.file("/f/a.txt", "remote");
  const file = join(home, "file");
  await writeFile(file, "a file");
  await symlink("loop", join(home, "loop"));
  const cases: [string[], number][] = [
    [["get", ":/f/a.txt", join(file, "below")], 10],
    [["get", ":/f/a.txt", join(home, "none/below")], 4],
    [["get", ":/f/a.txt", join(home, "n".repeat(300))], 1],
    [["get", ":/f/a.txt", join(home, "loop")], 1],
    [["get", "-r", ":/f", file], 10],
    [["get", "-r", ":/f", join(file, "below")], 10],
    [["get", "-r", ":/f", join(home, "n".repeat(300))], 1],
    [["put", join(home, "none"), ":/"], 4],
    [["put", join(file, "below"), ":/"], 10],
    [["put", join(home, "loop"), ":/"], 1],
    [["put", join(home, "n".repeat(300)), ":/"], 1],
  ];
  for (const [args, expected] of cases) {
    const { code, stderr } = await run(args);
    assert.equal(code, expected, `${args.join(" ")}: ${stderr}`);
    assert.match(stderr, /^consigne: [^\n]*\n$/);
    assert.doesNotMatch(stderr, /mistake in consigne/);
  }
});

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fault, startFaultyServer } from "@consigne/testkit";
import { loadCommands } from "../src/commands/index.ts";
import { jsonCommands } from "./_json-commands.ts";
import { jsonLines, newPerson } from "./_terminal.ts";

describe("an error with --json", () => {
  it("is one line with its code, exit code and request id", async (t) => {
    const { run } = await newPerson(t);
    const { code, stdout, stderr } = await run(["link", "--json", "https://1fichier.com/?abcdefghij0123456789"]);
    const [line] = jsonLines(stdout);
    assert.equal(code, 4);
    const { message, requestId, number, ...rest } = line ?? {};
    assert.deepEqual(rest, {
      type: "error",
      code: "not-found",
      exitCode: 4,
      endpoint: "file.info",
      status: 404,
    });
    assert.match(String(requestId), /^[\w-]{8,}$/);
    assert.equal(typeof number, "number");
    assert.equal(stderr, `consigne: ${String(message)}\n`);
  });

  it("from the command line itself is printed the same way", async (t) => {
    const { run } = await newPerson(t);
    for (const words of [
      ["ls", "--json", "--no-such"],
      ["ls", "--json", "local/path"],
      ["get", "--json"],
    ]) {
      const { code, stdout } = await run(words);
      const [line] = jsonLines(stdout);
      assert.deepEqual(
        [code, line?.["type"], line?.["code"], line?.["exitCode"]],
        [2, "error", "usage", 2],
        words.join(" "),
      );
    }
  });

  it("is only text without --json", async (t) => {
    const { run } = await newPerson(t);
    assert.equal((await run(["ls", "local/path"])).stdout, "");
  });

  it("for one of several files contains the request", async (t) => {
    await using server = await startFaultyServer();
    const { run, home } = await newPerson(t);
    const [a, b] = [join(home, "a"), join(home, "b")];
    await writeFile(a, "a");
    await writeFile(b, "b");
    const variables = { CONSIGNE_URL: server.url, CONSIGNE_API_KEY: server.apiKey };
    const refusal = fault.answer({
      status: 400,
      headers: { "content-type": "application/json", "x-request-id": "r-42" },
      body: JSON.stringify({ status: "KO", message: "No such thing #999" }),
    });
    server.faults.add("upload.cgi", refusal, { times: 1 });
    const { code, stdout } = await run(["put", "--json", a, b, ":/"], { variables });
    const [failure, sent] = jsonLines(stdout);
    assert.equal(code, 3);
    assert.deepEqual([failure?.["type"], failure?.["requestId"], failure?.["number"]], ["failure", "r-42", 999]);
    assert.equal(sent?.["action"], "sent");
  });
});

describe("every command that fails, with --json", () => {
  it("prints each failure with the fields of an error, and ends with an error", async (t) => {
    const { server, run, home } = await newPerson(t);
    await mkdir(join(home, "tree"));
    await mkdir(join(home, "got", "a"), { recursive: true });
    for (const name of ["a", "b"]) {
      await server.seed.file(`/photos/${name}`, name);
      await writeFile(join(home, "tree", name), `other ${name}`);
    }
    await server.seed.file("/twice/a", "1");
    await server.seed.file("/twice/a", "2");
    const list = join(home, "list");
    await writeFile(list, "b\nnone\n");
    for (const [line, exitCode, code] of [
      [`get :/photos/a :/photos/b ${home}/got/`, 3, "partial"],
      [`get -r :/photos/ ${home}/nowhere`, 0, ""],
      [`put ${home}/tree/a ${home}/none :/`, 3, "partial"],
      [`sync ${home}/tree :/photos --files-from ${list}`, 3, "partial"],
      [`sync ${home}/none :/photos`, 4, "source-missing"],
      [`check ${home}/tree :/photos`, 8, "different"],
      ["ls :/none", 4, "not-found"],
      ["rm :/none", 4, "not-found"],
      ["mkdir :/photos/a", 10, "conflict"],
      ["doctor --url http://127.0.0.1:9", 9, "network"],
    ] as const) {
      const ran = await run([...line.split(" "), "--json"]);
      const lines = jsonLines(ran.stdout);
      assert.equal(ran.code, exitCode, `${line}: ${ran.stdout}${ran.stderr}`);
      for (const { type, ...rest } of lines) {
        if (type !== "failure" && type !== "error") continue;
        assert.equal(typeof rest["message"], "string", line);
        assert.match(String(rest["code"]), /^[a-z-]+$/, line);
        assert.ok(Number(rest["exitCode"]) > 0, `${line}: ${JSON.stringify(rest)}`);
        if (type === "failure") assert.equal(typeof rest["path"], "string", line);
      }
      const errors = lines.filter(({ type }) => type === "error");
      const expected = exitCode === 0 ? [] : [[code, exitCode]];
      assert.deepEqual(
        errors.map((each) => [each["code"], each["exitCode"]]),
        expected,
        `${line}: ${ran.stdout}`,
      );
      if (exitCode > 0) assert.equal(lines.at(-1)?.["type"], "error", line);
    }
  });

  it("names the request that refused a file of sync or put -r", async (t) => {
    await using server = await startFaultyServer();
    const { run, home } = await newPerson(t);
    await mkdir(join(home, "tree"));
    await writeFile(join(home, "tree", "a"), "a");
    const variables = { CONSIGNE_URL: server.url, CONSIGNE_API_KEY: server.apiKey };
    for (const line of [
      ["sync", join(home, "tree"), ":/s"],
      ["put", "-r", join(home, "tree"), ":/p"],
    ]) {
      const refusal = fault.answer({
        status: 400,
        headers: { "content-type": "application/json", "x-request-id": "r-42" },
        body: JSON.stringify({ status: "KO", message: "No such thing #999" }),
      });
      server.faults.add("upload.cgi", refusal, { times: 1 });
      const { code, stdout } = await run([...line, "--json"], { variables });
      const { message, ...failure } = jsonLines(stdout).find(({ type }) => type === "failure") ?? {};
      assert.equal(code, 3, stdout);
      assert.match(String(message), /No such thing/);
      assert.deepEqual(failure, {
        type: "failure",
        action: "upload",
        path: "a",
        code: "bad-request",
        exitCode: 1,
        endpoint: "upload.cgi",
        status: 400,
        number: 999,
        requestId: "r-42",
      });
    }
  });
});

describe("--json=FIELDS", () => {
  it("prints these fields in this order, also by their short names", async (t) => {
    const { server, ok } = await newPerson(t);
    await server.seed.file("/photos/cat.jpg", "12345");
    const { stdout, stderr } = await ok(["ls", "--json=size,name", ":/photos"]);
    assert.equal(stdout, '{"size":5,"name":"cat.jpg"}\n');
    assert.equal(stderr, "");
    assert.equal((await ok(["find", "--json=path", ":/photos"])).stdout, '{"path":"/photos/cat.jpg"}\n');
  });

  it("keeps failures and the end complete", async (t) => {
    const { run, ok, home } = await newPerson(t);
    await writeFile(join(home, "a"), "a");
    const failed = jsonLines((await run(["put", "--json=action", join(home, "a"), join(home, "none"), ":/"])).stdout);
    assert.deepEqual(failed[0], { action: "sent" });
    assert.equal(failed[1]?.["type"], "failure");
    const [missing] = jsonLines((await run(["ls", "--json=name", ":/none"])).stdout);
    assert.equal(missing?.["type"], "error");
    await ok(["mkdir", ":/x"]);
  });

  it("lists the available fields if one is unknown, before doing anything", async (t) => {
    const { server, run, ok } = await newPerson(t);
    await server.seed.file("/cat.jpg", "12345");
    const { code, stdout, stderr } = await run(["ls", "--json=name,colour"]);
    assert.deepEqual([code, jsonLines(stdout)[0]?.["type"]], [2, "error"]);
    assert.match(stderr, /^consigne: unknown field for --json: colour\. Available: kind, name, sizeBytes, url,/);
    assert.equal((await run(["rm", "--json=colour", ":/cat.jpg"])).code, 2);
    assert.equal((await ok(["cat", ":/cat.jpg"])).stdout, "12345");
    const known = jsonLines((await ok(["ls", "--json=size,created", ":/"])).stdout);
    assert.deepEqual(known, [{ size: 5 }], "fields that this line lacks are left out");
  });

  it("is checked against the fields of every command", async (t) => {
    const { run } = await newPerson(t);
    for (const { words, fields } of jsonCommands(await loadCommands())) {
      const { code, stderr } = await run([...words, "--json=no-such"]);
      assert.equal(code, 2, words.join(" "));
      assert.match(stderr, new RegExp(`no-such\\. Available: ${fields.join(", ")}\\.`), words.join(" "));
    }
  });

  it("requires a name, and does not consume the argument after --json", async (t) => {
    const { server, run, ok } = await newPerson(t);
    await server.seed.file("/photos/cat.jpg", "12345");
    assert.equal((await run(["ls", "--json="])).code, 2);
    assert.equal(jsonLines((await ok(["ls", "--json", ":/photos"])).stdout)[0]?.["name"], "cat.jpg");
  });

  it("is passed on to another program", async (t) => {
    const { run } = await newPerson(t);
    const { code } = await run(["run", "--", "sh", "-c", '[ "$1" = --json=name ]', "sh", "--json=name"]);
    assert.equal(code, 0);
  });
});

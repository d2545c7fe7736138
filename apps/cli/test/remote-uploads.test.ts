import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Capture, jsonLines, newPerson } from "./_terminal.ts";

/** `/a.bin` exists, `/slow.bin` sends a part and waits, anything else is missing until `isMended`. */
async function startSource(t: TestContext) {
  const state = { isMended: false };
  const server = createServer((request, response) => {
    if (request.url === "/a.bin") return void response.end("alpha");
    if (request.url === "/slow.bin")
      return void response.writeHead(200, { "content-length": 1000 }).write("x".repeat(250));
    if (!state.isMended) return void response.writeHead(404).end();
    response.end(`mended ${String(request.headers["x-token"])}`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { state, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test("remote add waits for files, show lists each address, and retry fetches only what is missing", async (t) => {
  const source = await startSource(t);
  const { run, ok, server } = await newPerson(t, { settings: { CONSIGNE_REMOTE_ALLOW: "127.0.0.0/8" } });
  await server.seed.folder("/isos");
  const [a, b] = [`${source.url}/a.bin`, `${source.url}/b.bin`];
  const dry = await ok(["remote", "add", "--dry-run", "--to", ":/isos", a]);
  assert.match(dry.stdout, /^would fetch http/);
  const id = (await ok(["remote", "add", "--to", ":/isos", a, b])).stdout.trim();
  assert.equal((await run(["remote", "wait", id, "--timeout", "60s"])).code, 3);
  const shown = await run(["remote", "show", id]);
  assert.equal(shown.code, 3);
  assert.match(shown.stdout, /a\.bin {2}http[^ ]*\n.*b\.bin {2}failed: .*404/);
  assert.match(shown.stdout, /^ +1 .*  failed .* \(1 done, 1 failed\)\n/);
  assert.match((await ok(["remote", "ls"])).stdout, /^ +1 .*  failed .* \(1 done, 1 failed\)\n$/);
  assert.equal(jsonLines((await ok(["remote", "ls", "--json"])).stdout)[0]?.["state"], "failed");
  const planned = await ok(["remote", "retry", id, "--dry-run"]);
  assert.equal(planned.stdout, `would fetch ${b}\n`);
  source.state.isMended = true;
  await ok(["remote", "retry", id, "--header", "X-Token: t"]);
  await ok(["remote", "wait", id, "--timeout", "60s"]);
  const [json] = jsonLines((await ok(["remote", "show", "--json", id])).stdout);
  const items = json?.["items"] as { state: string; name: string }[];
  assert.deepEqual(
    items.map(({ state, name }) => [state, name]),
    [
      ["done", "a.bin"],
      ["done", "b.bin"],
    ],
  );
  assert.equal((await ok(["cat", ":/isos/b.bin"])).stdout, "mended t");
  assert.equal((await run(["remote", "retry", id])).code, 1, "nothing is missing");
});

test("remote show reports progress, and cancel stops it", async (t) => {
  const source = await startSource(t);
  const { ok, run } = await newPerson(t, { settings: { CONSIGNE_REMOTE_ALLOW: "127.0.0.0/8" } });
  const id = (await ok(["remote", "add", `${source.url}/slow.bin`])).stdout.trim();
  let shown = "";
  for (let tries = 0; tries < 1000 && !shown.includes("running, 250 B"); tries++) {
    shown = (await ok(["remote", "show", id])).stdout;
    await sleep(50);
  }
  assert.match(shown, /running, 250 B of 1000 B \(25 %\)/);
  assert.match((await ok(["remote", "ls"])).stdout, /  running\n/);
  const { InterruptedError } = await import("../src/command-line/errors.ts");
  const atTerminal = { stderr: new Capture(true), isTerminal: true };
  const unwatched = new AbortController();
  const watched = run(["remote", "wait", id], { ...atTerminal, interruption: unwatched.signal });
  await atTerminal.stderr.shows(/0\/1 file {2}250 B\/1000 B {2}25 %.*slow\.bin 25 %/);
  unwatched.abort(new InterruptedError());
  assert.equal((await watched).code, 130);
  const late = await run(["remote", "wait", id, "--timeout", "1s"], { isTerminal: true });
  assert.equal(late.code, 3);
  assert.match(
    late.stderr,
    /not finished after 1 s\. The server continues; `consigne remote wait 1` waits for it again/,
  );
  const piped = await run(["remote", "wait", id, "--timeout", "1s", "--json"]);
  assert.deepEqual([jsonLines(piped.stdout).length, piped.stderr.includes("25 %")], [1, false]);
  const interruption = new AbortController();
  const told = new Capture();
  const waitsFor = ["remote", "add", "--wait", `${source.url}/slow.bin`];
  const left = run(waitsFor, { interruption: interruption.signal, stderr: told });
  await told.shows(/^Request 2; /);
  interruption.abort(new InterruptedError());
  const { code, stderr } = await left;
  assert.equal(code, 130);
  assert.match(stderr, /^Request 2; /);
  assert.match(stderr, /interrupted\. The server continues; `consigne remote wait 2` waits for it again\.\n$/);
  assert.match((await ok(["remote", "cancel", id, "--dry-run"])).stdout, /^would cancel http/);
  await ok(["remote", "cancel", id]);
  assert.equal((await run(["remote", "wait", id, "--timeout", "60s"])).code, 3);
  assert.match((await run(["remote", "show", id])).stdout, /slow\.bin {2}cancelled/);
  assert.match((await ok(["remote", "ls"])).stdout, /  cancelled .*\n/);
  assert.equal((await run(["remote", "add", "ftp://127.0.0.1/x"])).code, 0);
  for (const words of [["show"], ["cancel"], ["cancel", "--dry-run"], ["retry"], ["wait"]]) {
    const { code: missing, stderr: said } = await run(["remote", ...words, "999999"]);
    assert.equal(missing, 4, words[0]);
    assert.match(said, /There is no request 999999\. Run `consigne remote ls` to list them\.\n$/, words[0]);
  }
  assert.match((await run(["remote", "show", "i999"])).stderr, /There is no import i999\./);
});

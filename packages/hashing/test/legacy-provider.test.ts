import assert from "node:assert/strict";
import { fork, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("./_legacy-program.ts", import.meta.url));
// A shebang or NODE_OPTIONS of the tests' own process must not do the program's work.
const env = { ...process.env, NODE_OPTIONS: "", KEPT: "as it was" };

interface Report {
  backend: string;
  pid: number;
  arguments: string[];
  execArguments: string[];
  input: string;
  kept: string;
  guards: string[];
}

async function report(child: ChildProcess, input: string): Promise<Report> {
  assert.ok(child.stdout && child.stdin && child.stderr);
  child.stdin.end(input);
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  assert.equal(errors, "");
  const told: Report = JSON.parse(output);
  return told;
}

test("a program gets OpenSSL's Whirlpool and keeps all it was started with", async () => {
  const args = ["serve", "--name", "a b", "", "é\"'$HOME"];
  const child = spawn(process.execPath, ["--stack-trace-limit=50", program, ...args], { env });
  assert.deepEqual(await report(child, "typed in"), {
    backend: process.platform === "win32" ? "wasm" : "openssl",
    pid: child.pid,
    arguments: args,
    execArguments: ["--openssl-legacy-provider", "--stack-trace-limit=50"],
    input: "typed in",
    kept: "as it was",
    guards: [],
  });
});

test("a program that has the provider already is left as it is", async () => {
  const child = spawn(process.execPath, ["--openssl-legacy-provider", program], { env });
  const { execArguments, backend } = await report(child, "");
  assert.deepEqual({ execArguments, backend }, { execArguments: ["--openssl-legacy-provider"], backend: "openssl" });
});

test("a program whose parent listens on a channel keeps the channel and goes without", async () => {
  const child = fork(program, [], { env, execArgv: [], silent: true });
  const { backend, execArguments } = await report(child, "");
  assert.deepEqual({ backend, execArguments }, { backend: "wasm", execArguments: [] });
});

test("a guard left by another process does not count", async () => {
  const child = spawn(process.execPath, [program], { env: { ...env, CONSIGNE_LEGACY_PROVIDER_PID: "1" } });
  const { backend, guards } = await report(child, "");
  assert.deepEqual({ backend, guards }, { backend: process.platform === "win32" ? "wasm" : "openssl", guards: [] });
});

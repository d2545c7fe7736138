import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { exitCodes } from "../src/command-line/exit-codes.ts";
import { main } from "../src/main.ts";
import type { Variables } from "../src/environment.ts";
import {
  binPath,
  cleanVariables,
  consigne,
  ended,
  finish,
  lacks,
  startRecordingServer,
  temporaryFolder,
} from "./_fixtures.ts";
import { newPerson, type RunOptions } from "./_terminal.ts";

async function call(t: TestContext, argv: readonly string[], extra: Variables = {}) {
  const written = { stdout: "", stderr: "" };
  const sink = (name: "stdout" | "stderr") => ({ write: (text: string) => (written[name] += text) });
  const variables = await cleanVariables(t, extra);
  const code = await main(argv, { variables, stdout: sink("stdout"), stderr: sink("stderr") });
  return { code, ...written, variables };
}

test("--help lists the commands on stdout and exits with 0", async (t) => {
  const { code, stdout, stderr } = await call(t, ["--help"]);
  assert.deepEqual([code, stderr], [0, ""]);
  for (const name of ["run", "proxy", "ca", "rclone-config"]) assert.match(stdout, new RegExp(`^  ${name}`, "m"));
});

for (const argv of [
  ["no-such-command"],
  ["ca", "no-such-command"],
  ["run"],
  ["run", "--no-such-option", "--", "true"],
  ["run", "--url", "ftp://host", "--", "true"],
  ["run", "--url", "https://api.1fichier.com/v1", "--", "true"],
  ["proxy", "--port", "70000"],
  ["proxy", "--server-ca", "/no/such/file"],
  ["rclone-config", "--key", "k"],
  ["rclone-config", "--name", "a]b"],
]) {
  test(`"${argv.join(" ")}" is a usage error: exit code 2, one line on stderr and nothing else`, async (t) => {
    const { code, stdout, stderr } = await call(t, argv);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^(consigne|error): .+\n/);
  });
}

test("a proxy of an unknown kind in the user's variables is an error, not silently bypassed", async (t) => {
  const { code, stderr } = await call(t, ["run", "--", "true"], { ALL_PROXY: "socks5://127.0.0.1:1080" });
  assert.equal(code, exitCodes.network);
  assert.match(stderr, /^consigne: HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names a proxy/);
});

test("rclone-config prints a section on stdout and advice on stderr", async (t) => {
  const { code, stdout, stderr } = await call(t, ["rclone-config", "--name", "box"], { ONEFICHIER_API_KEY: "key-1" });
  assert.deepEqual([code, stdout], [0, "[box]\ntype = fichier\napi_key = key-1\n"]);
  assert.match(stderr, /rclone config file/);
  assert.equal(stderr.includes("key-1"), false);
});

test("suggests the command that works in a clone when started by npx", async (t) => {
  const variables = { ONEFICHIER_API_KEY: "key-1", npm_command: "exec", npm_lifecycle_script: "consigne" };
  const { stderr } = await call(t, ["rclone-config", "--name", "box"], variables);
  assert.match(stderr, /^ {2}npx --no-install consigne rclone-config --name box >> /m);
  assert.match(stderr, /^Then: npx --no-install consigne run -- rclone ls box:$/m);
  const keyless = await call(t, ["ls"], { ...variables, ONEFICHIER_API_KEY: undefined });
  assert.match(keyless.stderr, /`npx --no-install consigne login`/);
});

test("rclone-config reads a key from stdin, a variable or a profile, never from an argument", async (t) => {
  const { server, variables, ok, run } = await newPerson(t);
  const keyOf = async (args: readonly string[], options?: RunOptions) => {
    const { stdout } = await ok(["rclone-config", "--json", ...args], options);
    return (JSON.parse(stdout) as { api_key: string }).api_key;
  };
  await ok(["login", "--profile", "home", "--key-stdin", "--key-file"], { stdin: server.apiKey });
  const both = { CONSIGNE_API_KEY: "second", ONEFICHIER_API_KEY: "third" };
  assert.equal(await keyOf(["--key-stdin"], { stdin: "first\n", variables: both }), "first");
  assert.equal(await keyOf([], { variables: both }), "second");
  assert.equal(await keyOf(["--profile", "home"], { variables: both }), server.apiKey);
  const none = { ...variables, CONSIGNE_API_KEY: undefined, CONSIGNE_CONFIG_DIR: await temporaryFolder(t) };
  assert.equal((await run(["rclone-config"], { variables: none })).code, 5);
});

test("ca show, path and renew use the same certificate", async (t) => {
  const { stdout: shown, variables } = await call(t, ["ca", "show", "--json"]);
  const first = JSON.parse(shown) as { path: string; fingerprintSha256: string; validTo: string };
  assert.equal((await call(t, ["ca", "path"], variables)).stdout, `${first.path}\n`);
  const { stdout: renewed } = await call(t, ["ca", "renew", "--json"], variables);
  const second = JSON.parse(renewed) as typeof first;
  assert.equal(second.path, first.path);
  assert.notEqual(second.fingerprintSha256, first.fingerprintSha256);
  const text = (await call(t, ["ca", "show"], variables)).stdout;
  assert.ok(text.includes(second.fingerprintSha256) && text.includes(second.validTo));
  if (lacks(t, "openssl", "version")) return;
  const args = ["x509", "-in", first.path, "-noout", "-fingerprint", "-sha256"];
  const { stdout } = await finish("openssl", args, process.env);
  assert.equal(stdout.trim().split("=")[1], second.fingerprintSha256);
});

test("the program starts as its own process", async (t) => {
  const { code, stdout } = await consigne(["ca", "--help"], await cleanVariables(t));
  assert.equal(code, 0);
  assert.match(stdout, /renew/);
});

for (const option of ["--json", "--print-env"]) {
  test(`proxy ${option} prints what programs need, serves them, and exits cleanly on a signal`, async (t) => {
    if (lacks(t, "curl", "--version")) return;
    const server = await startRecordingServer(t);
    const variables = await cleanVariables(t);
    const child = spawn(process.execPath, [binPath, "proxy", "--url", server.url, option], {
      env: variables,
      stdio: ["ignore", "pipe", "pipe"],
    });
    t.after(() => child.kill("SIGKILL"));
    const result = ended(child);
    const [first] = (await once(child.stdout, "data")) as [string];
    const isJson = option === "--json";
    const settings = isJson ? (JSON.parse(first) as { environment: Variables }).environment : {};
    const script = `${isJson ? "" : first}\ncurl -sS https://1fichier.com/`;
    const { stdout, stderr } = await finish("sh", ["-c", script], { ...variables, ...settings });
    assert.deepEqual([stdout, stderr], [`{"status":"OK"}\n`, ""]);
    child.kill("SIGTERM");
    assert.equal((await result).code, 0);
  });
}

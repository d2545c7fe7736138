import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
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

const node = process.execPath;

test("run exits with the program's exit code", async (t) => {
  const { code } = await consigne(["run", "--", node, "-e", "process.exit(7)"], await cleanVariables(t));
  assert.equal(code, 7);
});

test("run exits with 128 plus the number of the signal that ended the program", async (t) => {
  const variables = await cleanVariables(t);
  const { code } = await consigne(["run", "--", node, "-e", "process.kill(process.pid, 'SIGKILL')"], variables);
  assert.equal(code, 137);
});

test("run exits with 127 for a missing program and 126 for one that is not executable", async (t) => {
  const variables = await cleanVariables(t);
  const missing = await consigne(["run", "--", "no-such-program-here"], variables);
  assert.deepEqual([missing.code, missing.stderr], [127, "consigne: no-such-program-here: command not found.\n"]);
  const text = join(await temporaryFolder(t), "text");
  await writeFile(text, "only text");
  await chmod(text, 0o644);
  const refused = await consigne(["run", "--", text], variables);
  assert.equal(refused.code, 126);
  assert.match(refused.stderr, /^consigne: .* cannot be executed: permission denied\.\n$/);
});

test("run exits with 127 if a folder in the search path is not readable", async (t) => {
  const closed = join(await temporaryFolder(t), "closed");
  await mkdir(closed, { mode: 0o000 });
  const variables = await cleanVariables(t);
  const PATH = `${closed}:${variables["PATH"] ?? ""}`;
  const { code, stderr } = await consigne(["run", "--", "no-such-program-here"], { ...variables, PATH });
  assert.deepEqual([code, stderr], [127, "consigne: no-such-program-here: command not found.\n"]);
});

test("run passes options after the program's name to the program", async (t) => {
  const variables = await cleanVariables(t);
  const script = "console.log(JSON.stringify(process.argv.slice(1)))";
  const { stdout } = await consigne(["run", node, "-e", script, "--", "--url", "x", "--help"], variables);
  assert.equal(stdout, `["--url","x","--help"]\n`);
});

test("run leaves no file behind in the temporary folder", async (t) => {
  const folder = await temporaryFolder(t);
  const variables = await cleanVariables(t, { TMPDIR: folder });
  await consigne(["run", "--", node, "-e", "require('fs').readFileSync(process.env.SSL_CERT_FILE)"], variables);
  assert.deepEqual(await readdir(folder), []);
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  test(`run passes ${signal} to the program once and waits for it to end`, async (t) => {
    const script = `
      let count = 0;
      process.on("${signal}", () => { count++; setTimeout(() => { console.log("got " + count); process.exit(3); }, 100); });
      setInterval(() => {}, 1000);
      console.log("ready");`;
    const child = spawn(node, [binPath, "run", "--", node, "-e", script], {
      env: await cleanVariables(t),
      stdio: ["ignore", "pipe", "pipe"],
    });
    t.after(() => child.kill("SIGKILL"));
    const result = ended(child);
    await once(child.stdout, "data");
    child.kill(signal);
    const { code, stdout } = await result;
    assert.deepEqual([code, stdout], [3, "ready\ngot 1\n"]);
  });
}

test("run prints no keys or passwords, verbose or not", async (t) => {
  const variables = await cleanVariables(t, { CONSIGNE_API_KEY: "secret-key", CONSIGNE_URL: "http://127.0.0.1:9" });
  const script = `
    const answer = await fetch("https://1fichier.com/v1/a.cgi?api_key=secret-key");
    console.log(process.env.HTTPS_PROXY, answer.status, await answer.text());`;
  const args = ["run", "--verbose", "--", node, "--input-type=module", "-e", script];
  const { stdout, stderr } = await consigne(args, variables);
  const password = new URL(stdout.split(" ")[0] ?? "").password;
  assert.match(password, /^[\w-]{32}$/);
  assert.match(stderr, /GET 1fichier\.com\/v1\/a\.cgi\n/);
  assert.equal(stderr.includes(password) || stderr.includes("secret-key"), false, stderr);
  const body = stdout.slice(stdout.indexOf("{"));
  assert.equal((JSON.parse(body) as { status: string }).status, "KO");
  assert.equal(body.includes("#"), false);
});

test("the proxy lives as long as the processes that the program leaves running", async (t) => {
  if (process.platform !== "linux") return t.skip("only Linux tells which processes need the proxy");
  if (lacks(t, "curl", "--version") || lacks(t, "setsid", "--version")) return;
  const server = await startRecordingServer(t);
  const variables = await cleanVariables(t, { CONSIGNE_URL: server.url });
  const folder = await temporaryFolder(t);
  // The gate opens when the program itself has ended; what it left has no file of ours open any more.
  const gate = join(folder, "gate");
  const late = `until [ -e ${gate} ]; do sleep 0.1; done; curl -sS -o ${folder}/answer https://1fichier.com/late`;
  const script = `setsid sh -c '${late}' </dev/null >/dev/null 2>&1 & exit 6`;
  const child = spawn(node, [binPath, "run", "--", "sh", "-c", script], { env: variables, stdio: "pipe" });
  t.after(() => child.kill("SIGKILL"));
  const result = ended(child);
  const [note] = (await once(child.stderr, "data")) as [string];
  assert.match(note, /the proxy keeps running for programs in the background/);
  await writeFile(gate, "");
  assert.equal((await result).code, 6);
  assert.equal(await readFile(join(folder, "answer"), "utf8"), `{"status":"OK"}\n`);
});

test("a signal ends the wait for processes that the program left running", async (t) => {
  if (process.platform !== "linux") return t.skip("only Linux tells which processes need the proxy");
  if (lacks(t, "setsid", "--version")) return;
  const variables = await cleanVariables(t);
  const script = `setsid sleep 60 </dev/null >/dev/null 2>&1 & echo $!; exit 6`;
  const child = spawn(node, [binPath, "run", "--", "sh", "-c", script], { env: variables, stdio: "pipe" });
  const result = ended(child);
  // Both may exist at once.
  const noted = once(child.stderr, "data");
  const [pid] = (await once(child.stdout, "data")) as [string];
  t.after(() => process.kill(Number(pid), "SIGKILL"));
  await noted;
  child.kill("SIGTERM");
  assert.equal((await result).code, 6);
});

test("Ctrl-C at a terminal reaches the program once", async (t) => {
  const python = "/usr/bin/python3";
  if (lacks(t, python, "-c", "import pty")) return;
  const program = `
    let count = 0;
    process.on("SIGINT", () => { count++; setTimeout(() => { console.log("got " + count); process.exit(5); }, 200); });
    setInterval(() => {}, 1000);
    console.log("ready");`;
  const terminal = `
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
seen = b""
while b"ready" not in seen:
    seen += os.read(fd, 1000)
os.write(fd, b"\\x03")
try:
    while chunk := os.read(fd, 1000):
        seen += chunk
except OSError:
    pass
print(b"got 1" in seen, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`;
  const args = ["-c", terminal, node, binPath, "run", "--", node, "-e", program];
  const { stdout, stderr } = await finish(python, args, await cleanVariables(t));
  assert.equal(stdout, "True 5\n", stderr);
});

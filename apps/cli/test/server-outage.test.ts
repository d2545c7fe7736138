import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { finish, lacks, startRecordingServer, startSession } from "./_fixtures.ts";

const write = ["-w", " %{http_code}\n"];

test("while the server is down every request gets a 502 without an error number, and the next one works once it is back", async (t) => {
  if (lacks(t, "curl", "--version")) return;
  const server = await startRecordingServer(t);
  const notes: string[] = [];
  const { variables } = await startSession(t, server.url, { note: (line) => notes.push(line) });
  const get = () => finish("curl", ["-sS", ...write, "https://1fichier.com/v1/x.cgi"], variables);
  const post = () => finish("curl", ["-sS", ...write, "-d", "{}", "https://1fichier.com/v1/x.cgi"], variables);
  assert.equal((await get()).stdout, `{"status":"OK"}\n 200\n`);
  await server.stop();
  for (const ask of [get, post]) {
    const { stdout } = await ask();
    const [line = "", status] = stdout.split("\n");
    assert.equal((JSON.parse(line) as { status: string }).status, "KO");
    assert.equal(line.includes("#"), false);
    assert.equal(status, " 502");
  }
  await server.start();
  assert.equal((await post()).stdout, `{"status":"OK"}\n 200\n`);
  assert.equal(notes.length, 2);
});

for (const flag of ["--http1.1", "--http2"]) {
  test(`an upload cancelled by its client is not reported as an outage (${flag})`, async (t) => {
    if (lacks(t, "curl", "--version")) return;
    const server = await startRecordingServer(t);
    const notes: string[] = [];
    const { variables } = await startSession(t, server.url, { note: (line) => notes.push(line) });
    const url = "https://up2.1fichier.com/upload.cgi";
    // The upload has begun when its connection to the server exists; it never ends by itself.
    const client = spawn("curl", ["-sS", flag, "-o", "/dev/null", "-H", "Expect:", "-T", "-", url], {
      env: variables,
      stdio: ["pipe", "ignore", "ignore"],
    });
    t.after(() => client.kill("SIGKILL"));
    // Only the test ends it: the end of its input would be the end of the upload.
    client.stdin.on("error", () => undefined).write(Buffer.alloc(3_000_000));
    await server.until(() => server.bytesUnderWay >= 3_000_000);
    client.kill("SIGKILL");
    await server.until(() => server.sockets.size === 0);
    const { stdout } = await finish("curl", ["-sS", ...write, "https://1fichier.com/v1/x.cgi"], variables);
    assert.equal(stdout, `{"status":"OK"}\n 200\n`);
    assert.deepEqual(notes, []);
  });
}

test("an upload while the server is down gets an error and does not hang", async (t) => {
  if (lacks(t, "curl", "--version")) return;
  const { variables } = await startSession(t, "http://127.0.0.1:9");
  for (const flag of ["--http1.1", "--http2"]) {
    const script = `head -c 50000000 /dev/zero | curl -sS ${flag} -o /dev/null -w '%{http_code}' -H Expect: -T - https://up2.1fichier.com/upload.cgi`;
    const { stdout } = await finish("sh", ["-c", script], variables);
    assert.equal(stdout, "502");
  }
});

test("a request without a body is retried when the kept-alive connection is dead, but not one with a body", async (t) => {
  if (lacks(t, "curl", "--version")) return;
  const seen = new WeakSet<object>();
  const server = await startRecordingServer(t, (request, response) => {
    // The second request on any connection finds it dead.
    if (seen.has(request.socket)) return void request.socket.destroy();
    seen.add(request.socket);
    response.end("fresh");
  });
  const { variables } = await startSession(t, server.url);
  const url = "https://1fichier.com/";
  const twice = await finish("curl", ["-sS", ...write, url, url], variables);
  assert.equal(twice.stdout, "fresh 200\nfresh 200\n");
  assert.equal(server.requests.length, 3);
  const withBody = await finish("curl", ["-sS", "-o", "/dev/null", ...write, "-d", "{}", url], variables);
  assert.equal(withBody.stdout, " 502\n");
  assert.equal(server.requests.length, 4);
});

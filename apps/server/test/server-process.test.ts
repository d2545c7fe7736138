import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { StoredBytes } from "@consigne/blobs-fs/testing";
import { createLogger, readConfig, readEnvironment, startServer } from "../src/index.ts";
import {
  adminKey,
  call,
  dataFolder,
  download,
  environmentOf,
  knownAdmin,
  listFiles,
  runCommand,
  startProcess,
  upload,
} from "./_server-process.ts";

async function bytesIn(dataDir: string): Promise<string[]> {
  using stored = new StoredBytes(join(dataDir, "bytes"));
  return [...stored.keys(), ...(await readdir(join(dataDir, "bytes", "staging")))];
}

test("the first start prints credentials and working commands, and never again", async (context) => {
  const dataDir = await dataFolder(context);
  const first = await startProcess(context, environmentOf(dataDir));
  await writeFile(join(dataDir, "README.md"), "hello from the first start");
  const printed = first.stdout();
  const key = /API key +(\S{32})$/m.exec(printed)?.[1] ?? "";
  assert.match(printed, /^ +Password +\S{20}$/m);
  assert.match(printed, /^ +Administrator +admin@localhost$/m);
  const commands = printed.split("\n").filter((line) => line.trim().startsWith("curl"));
  assert.equal(commands.length, 3);
  const outputs: string[] = [];
  for (const command of commands) {
    const shell = spawn("/bin/sh", ["-c", `set -e; mkdir -p here; cp README.md here; cd here; ${command}`], {
      cwd: dataDir,
    });
    let output = "";
    shell.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(shell, "close")) as [number];
    assert.equal(code, 0, command);
    outputs.push(output);
  }
  assert.match(outputs[0] ?? "", /"filename":"README.md"/);
  assert.match(outputs[1] ?? "", /"count":1/);
  assert.equal(await readFile(join(dataDir, "here/downloaded"), "utf8"), "hello from the first start");
  first.child.kill("SIGTERM");
  assert.equal((await first.finished).code, 0);
  const second = await startProcess(context, environmentOf(dataDir, { npm_command: "start" }));
  assert.doesNotMatch(second.stdout(), /Password|API key/);
  assert.match(second.stdout(), /^Lost your key\? npx --no-install consigne-server key add admin@localhost makes /m);
  assert.equal((await listFiles(second.url, key)).length, 1);
});

test("the first start does not print configured credentials, and its commands read the key from the shell", async (context) => {
  const dataDir = await dataFolder(context);
  const server = await startProcess(context, environmentOf(dataDir, knownAdmin));
  await writeFile(join(dataDir, "README.md"), "hello");
  const printed = server.stdout();
  assert.match(printed, /^ +Password +as set in CONSIGNE_ADMIN_PASSWORD$/m);
  assert.match(printed, /^ +API key +as set in CONSIGNE_ADMIN_API_KEY$/m);
  const commands = printed.split("\n").filter((line) => line.trim().startsWith("curl"));
  assert.equal(commands.length, 3);
  for (const command of commands) {
    const shell = spawn("/bin/sh", ["-c", command], { cwd: dataDir, env: { ...process.env, ...knownAdmin } });
    shell.stdout.resume();
    assert.deepEqual(await once(shell, "close"), [0, null], command);
  }
  assert.equal(await readFile(join(dataDir, "downloaded"), "utf8"), "hello");
  server.child.kill("SIGTERM");
  const { stdout, stderr } = await server.finished;
  for (const secret of [knownAdmin.CONSIGNE_ADMIN_PASSWORD, knownAdmin.CONSIGNE_ADMIN_API_KEY]) {
    assert.ok(!`${stdout}${stderr}`.includes(secret), stdout);
  }
});

test("a start says what the server listens on beside its public URL, and names that setting where it lacks", async (context) => {
  const dataDir = await dataFolder(context);
  const everywhere = { CONSIGNE_HOST: "0.0.0.0" };
  const server = await startProcess(context, environmentOf(dataDir, everywhere));
  assert.match(server.stdout(), /listens on every address.*set CONSIGNE_PUBLIC_URL/s);
  server.child.kill("SIGTERM");
  await server.finished;
  const named = { ...everywhere, CONSIGNE_PUBLIC_URL: "https://files.example.org" };
  const configured = await startProcess(context, environmentOf(dataDir, named));
  assert.equal(configured.url, "https://files.example.org");
  assert.doesNotMatch(configured.stdout(), /CONSIGNE_PUBLIC_URL/);
  assert.match(
    configured.stdout(),
    /public URL\. .* accepts connections on port \d+ of every address of this machine\.$/m,
  );
  configured.child.kill("SIGTERM");
  await configured.finished;
  const behindProxy = await startProcess(
    context,
    environmentOf(dataDir, { CONSIGNE_PUBLIC_URL: "https://files.example.org" }),
  );
  assert.match(behindProxy.stdout(), /public URL\. .* accepts connections on http:\/\/127\.0\.0\.1:\d+\.$/m);
});

test("a first start on a taken port says so, and the next one still prints the credentials", async (context) => {
  const dataDir = await dataFolder(context);
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  context.after(() => holder.close());
  const address = holder.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const refused = await runCommand(["serve"], environmentOf(dataDir, { CONSIGNE_PORT: String(port) }));
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    new RegExp(
      `^consigne-server: Cannot listen on 127\\.0\\.0\\.1:${port}: another program is using this address and port\\. .*CONSIGNE_PORT`,
    ),
  );
  assert.doesNotMatch(refused.stdout, /Password/);
  const started = await startProcess(context, environmentOf(dataDir));
  const key = /API key +(\S{32})$/m.exec(started.stdout())?.[1] ?? "";
  assert.deepEqual(await listFiles(started.url, key), []);
});

test("a second server in the same folder is refused, and the first keeps working", async (context) => {
  const environment = environmentOf(await dataFolder(context), knownAdmin);
  const first = await startProcess(context, environment);
  const second = await runCommand(["serve"], environment);
  assert.equal(second.code, 1);
  assert.match(second.stderr, /^consigne-server: Another consigne-server is using this data folder/);
  assert.equal((await upload(first.url, { "a.txt": "x" })).status, 302);
  if (process.platform !== "linux") return;
  // What somebody does who takes the lock file for a leftover; the third server finds the lock file of the second.
  await rm(join(environment["CONSIGNE_DATA_DIR"] ?? "", "server.lock"));
  for (let tries = 0; tries < 2; tries++) {
    const { code, stderr } = await runCommand(["serve"], environment);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`data folder, as process ${first.child.pid}, although its server.lock is gone`));
  }
});

test("a lost, empty or damaged database stops the start and leaves the stored data alone", async (context) => {
  const dataDir = await dataFolder(context);
  const environment = environmentOf(dataDir, knownAdmin);
  const server = await startProcess(context, environment);
  await upload(server.url, { "a.txt": "precious" });
  server.child.kill("SIGTERM");
  await server.finished;
  const before = await bytesIn(dataDir);
  const database = join(dataDir, "consigne.sqlite");
  const expectRefusal = async (message: RegExp) => {
    for (const args of [["serve"], ["fsck", "--repair"]]) {
      const { code, stderr } = await runCommand(args, environment);
      assert.equal(code, 1, args.join(" "));
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /^ +at .+:\d+/m, "no stack");
    }
    assert.deepEqual(await bytesIn(dataDir), before);
  };
  await writeFile(database, "this is not a database at all, and long enough to be looked at as one".repeat(50));
  await expectRefusal(/damaged or not a database of Consigne/);
  await truncate(database, 0);
  await expectRefusal(/is missing or empty/);
  await rm(database);
  await expectRefusal(/is missing or empty/);
  await rm(join(dataDir, "instance.json"));
  await expectRefusal(/stored data is untouched/);
});

test("an unusable data folder is reported without a stack trace", async (context) => {
  const dataDir = await dataFolder(context);
  const blocked = join(dataDir, "file");
  await writeFile(blocked, "");
  const cases = [environmentOf(dataDir, { CONSIGNE_DATA_DIR: join(blocked, "below") })];
  const locked = await dataFolder(context);
  await writeFile(join(locked, "server.lock"), "no lock file of ours, but something else entirely".repeat(50));
  cases.push(environmentOf(locked));
  const blobs = await dataFolder(context);
  const begun = await startProcess(context, environmentOf(blobs, knownAdmin));
  begun.child.kill("SIGTERM");
  await begun.finished;
  await rm(join(blobs, "bytes"), { recursive: true });
  await writeFile(join(blobs, "bytes"), "");
  cases.push(environmentOf(blobs));
  for (const environment of cases) {
    const { code, stderr } = await runCommand(["serve"], environment, { folder: dataDir });
    assert.equal(code, 1);
    assert.match(stderr, /^consigne-server: /);
    assert.doesNotMatch(stderr, /^ +at .+:\d+|E[A-Z]{4,}/m, "no stack and no code");
  }
});

test("while the owner of the stored data is unknown the server is read-only, says what to do, and writes again once repaired", async (context) => {
  const dataDir = await dataFolder(context);
  const environment = environmentOf(dataDir, knownAdmin);
  const first = await startProcess(context, environment);
  await upload(first.url, { "kept.txt": "kept" });
  first.child.kill("SIGTERM");
  await first.finished;
  const path = join(dataDir, "bytes", "store.json");
  const name = await readFile(path);
  await rm(path);
  await symlink(path, path);
  const { url, child, finished } = await startProcess(context, environment);
  const notReady = await fetch(`${url}/readyz`);
  assert.equal(notReady.status, 503);
  assert.match(await notReady.text(), /The server is read-only: the file store\.json/);
  const [file] = await listFiles(url);
  assert.ok(file);
  assert.equal(await download(url, file.url), "kept");
  assert.equal((await call(url, "file/rm", { files: [{ url: file.url }] })).status, 503);
  assert.equal((await upload(url, { "new.txt": "new" })).status, 503);
  const repair = await runCommand(["fsck", "--repair"], environment);
  assert.equal(repair.code, 0, repair.stderr);
  await rm(path);
  await writeFile(path, name);
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  await upload(url, { "new.txt": "new" });
  assert.equal((await listFiles(url)).length, 2);
  child.kill("SIGTERM");
  const { stdout } = await finished;
  assert.match(stdout, /store\.json in .*bytes.* cannot be read.*fsck --accept-bytes.*read-only/);
});

test("settings are also read from a .env file, and environment variables win", async (context) => {
  const dataDir = await dataFolder(context);
  await writeFile(
    join(dataDir, ".env"),
    "CONSIGNE_ADMIN_EMAIL=file@example.org\nCONSIGNE_PORT=no port\nCONSIGNE_LIMITS=nothing\n",
  );
  const server = await startProcess(context, environmentOf(dataDir));
  assert.match(server.stdout(), /Administrator +file@example\.org/);
  await writeFile(join(dataDir, ".env"), "CONSIGNE_UNKNOWN=1\n");
  const refused = await runCommand(["user", "list"], environmentOf(dataDir));
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /CONSIGNE_UNKNOWN is not a setting/);
});

test("SIGTERM ends a server with a running download and upload cleanly and soon", async (context) => {
  const dataDir = await dataFolder(context);
  const environment = environmentOf(dataDir, knownAdmin);
  const server = await startProcess(context, environment);
  await upload(server.url, { "big.bin": "x".repeat(32 * 1024 * 1024) });
  const [file] = await listFiles(server.url);
  const { json } = await call(server.url, "download/get_token", { url: file?.url });
  const response = await fetch(String(json["url"]));
  const reader = response.body?.getReader();
  await reader?.read();
  const sending = request(`${server.url}/upload.cgi`, {
    method: "POST",
    headers: { authorization: `Bearer ${adminKey}`, "content-type": "multipart/form-data; boundary=b" },
  });
  // The server may close the connection or answer first: either ends the request, and the test waits for both.
  const isOver = new Promise((resolve) => sending.once("close", resolve));
  sending.on("error", () => undefined).on("response", (answer) => answer.resume());
  sending.write('--b\r\nContent-Disposition: form-data; name="file[]"; filename="half.txt"\r\n\r\nhalf of it');
  await call(server.url, "file/ls");
  server.child.kill("SIGTERM");
  const { code, signal, stderr } = await server.finished;
  assert.deepEqual([code, signal, stderr], [0, null, ""]);
  await isOver;
  await reader?.cancel().catch(() => undefined);
  assert.equal((await bytesIn(dataDir)).length, 1, "nothing half-written stays");
  const again = await startProcess(context, environment);
  assert.deepEqual(
    (await listFiles(again.url)).map(({ filename }) => filename),
    ["big.bin"],
  );
});

test("a request being answered at SIGTERM gets its answer", async (context) => {
  const server = await startProcess(context, environmentOf(await dataFolder(context), knownAdmin));
  const sending = request(`${server.url}/upload.cgi`, {
    method: "POST",
    headers: { authorization: `Bearer ${adminKey}`, "content-type": "multipart/form-data; boundary=b" },
  });
  const answered = once(sending, "response");
  sending.write('--b\r\nContent-Disposition: form-data; name="file[]"; filename="late.txt"\r\n\r\nlate');
  await call(server.url, "file/ls");
  server.child.kill("SIGTERM");
  const isGone = AbortSignal.timeout(60_000);
  while (
    await fetch(`${server.url}/healthz`).then(
      () => true,
      () => false,
    )
  )
    assert.ok(!isGone.aborted, "the server still takes connections a minute after SIGTERM");
  sending.end("\r\n--b--\r\n");
  const [response] = (await answered) as [{ statusCode: number }];
  assert.equal(response.statusCode, 302);
  assert.equal((await server.finished).code, 0);
});

test("after kill -9 the server restarts with everything it acknowledged", async (context) => {
  const environment = environmentOf(await dataFolder(context), knownAdmin);
  const server = await startProcess(context, environment);
  const uploads = Array.from({ length: 8 }, async (_, at) => {
    await upload(server.url, { [`${at}.txt`]: `content ${at}` });
    return `${at}.txt`;
  });
  const acknowledged = [await Promise.race(uploads)];
  server.child.kill("SIGKILL");
  await server.finished;
  for (const outcome of await Promise.allSettled(uploads))
    if (outcome.status === "fulfilled") acknowledged.push(outcome.value);
  const again = await startProcess(context, environment);
  const files = await listFiles(again.url);
  for (const name of new Set(acknowledged)) {
    const file = files.find(({ filename }) => filename === name);
    assert.equal(await download(again.url, file?.url ?? ""), `content ${name.slice(0, -4)}`);
  }
});

test("a command whose output nobody reads still does its work, silently", async (context) => {
  const environment = environmentOf(await dataFolder(context), knownAdmin);
  const server = await startProcess(context, environment);
  const { code, stderr } = await runCommand(["user", "add", "piped@example.org"], environment, { isRead: false });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match((await runCommand(["user", "list"], environment)).stdout, /piped@example\.org/);
  server.child.kill("SIGTERM");
  await server.finished;
});

test("a server is not ready before its first administrator exists", async (context) => {
  const dataDir = await dataFolder(context);
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  await new Promise((resolve) => holder.close(resolve));
  const { config, secrets } = readConfig(readEnvironment(environmentOf(dataDir, { CONSIGNE_PORT: String(port) })));
  const lines: string[] = [];
  const beginning = Promise.withResolvers<void>();
  const mayGoOn = Promise.withResolvers<void>();
  const starting = startServer({
    config,
    secrets,
    logger: createLogger("warn", { destination: { write: (line) => void lines.push(line) } }),
    replacePorts: (embedded) => {
      const { accounts } = embedded.database;
      const waiting = async () => {
        beginning.resolve();
        await mayGoOn.promise;
        return accounts.list({ limit: 10 });
      };
      const slow = new Proxy(accounts, {
        get: (target, name) => (name === "list" ? waiting : (Reflect.get(target, name) as unknown)),
      });
      const database = new Proxy(embedded.database, {
        get: (target, name) => {
          const value: unknown = name === "accounts" ? slow : Reflect.get(target, name, target);
          return typeof value === "function" ? (value.bind(target) as unknown) : value;
        },
      });
      return { ...embedded, database };
    },
  });
  await beginning.promise;
  const early = await fetch(`http://127.0.0.1:${port}/readyz`);
  assert.equal(early.status, 503);
  assert.match(await early.text(), /still starting/);
  assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
  const [told, ...more] = lines.filter((line) => line.includes("not ready"));
  assert.match(told ?? "", /"reason":"The server is still starting\."/);
  assert.ok(!told?.includes("stack") && more.length === 0, told);
  mayGoOn.resolve();
  await using server = await starting;
  assert.equal((await fetch(`${server.publicUrl}/readyz`)).status, 200);
});

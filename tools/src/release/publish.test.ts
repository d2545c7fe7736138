import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { json } from "node:stream/consumers";
import { publishTarballs, reasonsAgainst } from "./publish.ts";

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "consigne-publish-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** An empty registry. @returns what it received, by path */
async function startRegistry(t: TestContext, folder: string): Promise<Map<string, unknown>> {
  const given = new Map<string, unknown>();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = decodeURIComponent(request.url ?? "").split("?")[0] ?? "";
    if (request.method === "PUT") given.set(path, await json(request));
    const found = given.get(path);
    response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(found ?? { error: "not found" }));
  };
  const server = createServer((request, response) => void answer(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = join(folder, "npmrc");
  writeFileSync(settings, `registry=http://${host}/\n//${host}/:_authToken=test\ncache=${join(folder, "cache")}\n`);
  const before = { ...process.env };
  t.after(() => void (process.env = before));
  for (const name of Object.keys(process.env)) if (name.startsWith("npm_")) delete process.env[name];
  process.env["npm_config_userconfig"] = settings;
  process.env["npm_config_update_notifier"] = "false";
  return given;
}

function tarballOf(folder: string, name: string): string {
  const parent = join(folder, name);
  mkdirSync(join(parent, "package"), { recursive: true });
  const manifest = { name: `@consigne/${name}`, version: "0.1.0" };
  writeFileSync(join(parent, "package/package.json"), JSON.stringify(manifest));
  const tarball = join(parent, `consigne-${name}-0.1.0.tgz`);
  assert.equal(spawnSync("tar", ["-czf", tarball, "-C", parent, "package"]).status, 0);
  return tarball;
}

test("publishes what the registry lacks, and nothing twice", async (t) => {
  const folder = folderOf(t);
  const given = await startRegistry(t, folder);
  const told: string[] = [];
  const tarball = tarballOf(folder, "cli");
  await publishTarballs([tarball], (line) => told.push(line));
  const [[path, published] = []] = given;
  assert.equal(path, "/@consigne/cli");
  assert.deepEqual(Object.keys((published as { versions: object }).versions), ["0.1.0"]);
  given.set(path, { ...(published as object), again: true });
  await publishTarballs([tarball], (line) => told.push(line));
  assert.ok("again" in (given.get(path) as object), "it was not published again");
  assert.deepEqual(told, ["@consigne/cli@0.1.0 is published.", "@consigne/cli@0.1.0 was published before."]);
});

test("says why a checkout cannot be published from", (t) => {
  const folder = folderOf(t);
  assert.match(reasonsAgainst(folder)[0] ?? "", /^This is no checkout of git/);
  const git = (...args: string[]) =>
    assert.equal(spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...args], { cwd: folder }).status, 0);
  git("init", "--quiet");
  mkdirSync(join(folder, ".changeset"));
  writeFileSync(join(folder, ".changeset/README.md"), "");
  git("add", ".");
  git("commit", "--quiet", "--message", "first");
  assert.deepEqual(reasonsAgainst(folder), []);
  writeFileSync(join(folder, ".changeset/brave-cat.md"), "");
  assert.deepEqual(reasonsAgainst(folder), [
    "Files differ from the last commit. Commit them first.",
    "Changes wait for a version; run npx changeset version: .changeset/brave-cat.md",
  ]);
});

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ApiClient } from "@consigne/testkit/api-client";

const run = promisify(execFile);

export interface OldKey {
  name: string;
  scopes: Readonly<Record<string, string>>;
  addresses: string[];
  expiresAt?: string;
  key: string;
}

/** What the folder contains, according to the people who filled it. */
export interface Manifest {
  admin: { email: string; password: string; apiKey: string };
  files: { path: string; sizeBytes: number; sha256: string; link: string; linkPassword?: string }[];
  folders: string[];
  share: { url: string; password: string };
  users: {
    email: string;
    password: string;
    plan: string;
    locked?: boolean;
    keys?: OldKey[];
    revokedKey?: string;
  }[];
}

const fixture = (name: string) => fileURLToPath(new URL(`./test-data/data-2026-11-25/${name}`, import.meta.url));

export const manifest = JSON.parse(readFileSync(fixture("manifest.json"), "utf8")) as Manifest;

/** Unpacks the data folder of the release of 2026-11-25 into `folder`, as `data`. */
export async function unpackOldData(folder: string): Promise<void> {
  await run("tar", ["-xzf", fixture("data.tar.gz"), "-C", folder]);
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const basic = ({ email, password }: { email: string; password: string }) => ({
  authorization: `Basic ${Buffer.from(`${email}:${password}`).toString("base64")}`,
});

/** Requests everything in the manifest through the API. */
export async function assertAllIsThere(server: { url: string }): Promise<void> {
  await assertFiles(server);
  await assertFolders(server);
  await assertLinks(server);
  await assertShare(server);
  await assertPeople(server);
  await assertKeys(server);
}

interface Listed {
  url: string;
  filename: string;
  size: number;
}

async function assertFiles(server: { url: string }): Promise<void> {
  const api = new ApiClient(server, manifest.admin.apiKey);
  const { items, count } = await api.ok("file/ls", { folder_id: -1 });
  assert.equal(count, manifest.files.length);
  const listed = (items as Listed[]).map(({ url, size }) => [idOf(url), size]);
  const expected = manifest.files.map(({ link, sizeBytes }) => [link, sizeBytes]);
  assert.deepEqual(new Map(listed as [string, number][]), new Map(expected as [string, number][]));
  for (const file of manifest.files) {
    const url = `${server.url}/?${file.link}`;
    const details = await api.ok("file/info", { url });
    const place = [details["path"], details["filename"]].filter((part) => part !== "").join("/");
    assert.equal(place, file.path);
    assert.equal(details["pass"], file.linkPassword === undefined ? 0 : 1);
    const { status, bytes } = await api.download(url);
    assert.deepEqual([status, bytes.length, sha256(bytes)], [200, file.sizeBytes, file.sha256], file.path);
  }
}

function idOf(url: string): string {
  return /\?([a-z0-9]{20})/.exec(url)?.[1] ?? url;
}

interface ListedFolder {
  id: number;
  name: string;
}

async function assertFolders(server: { url: string }): Promise<void> {
  const api = new ApiClient(server, manifest.admin.apiKey);
  const found: string[] = [];
  const waiting = [{ id: 0, path: "" }];
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    const { id, path } = folder;
    const listing = await api.ok("folder/ls", { folder_id: id });
    const own = manifest.files.filter((file) => parentOf(file.path) === path);
    const sizeBytes = own.reduce((sum, file) => sum + file.sizeBytes, 0);
    assert.deepEqual([listing["files"], listing["size"]], [own.length, sizeBytes], path);
    for (const child of listing["sub_folders"] as ListedFolder[]) {
      const childPath = path === "" ? child.name : `${path}/${child.name}`;
      found.push(childPath);
      waiting.push({ id: child.id, path: childPath });
    }
  }
  assert.deepEqual(found.toSorted(), manifest.folders.toSorted());
  const stored = manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  assert.equal((await api.ok("user/info"))["cold_storage"], stored);
}

const parentOf = (path: string) => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "");

/** Only for customers in France. */
const restrictedPath = "restricted.txt";

async function assertLinks(server: { url: string }): Promise<void> {
  const guest = new ApiClient(server);
  for (const { path, link, linkPassword } of manifest.files) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const page = await guest.request(`/?${link}`);
    if (path === restrictedPath) {
      assert.equal(page.status, 403);
      continue;
    }
    assert.equal(page.status, 200, path);
    assert.equal(page.text.includes(name), linkPassword === undefined, path);
    if (linkPassword === undefined) continue;
    const open = (pass: string) =>
      guest.request(`/?${link}`, { method: "POST", body: new URLSearchParams({ pass, did: "0" }) });
    assert.ok((await open(linkPassword)).text.includes(name), path);
    assert.ok(!(await open(`${linkPassword}?`)).text.includes(name), path);
  }
}

async function assertShare(server: { url: string }): Promise<void> {
  const guest = new ApiClient(server);
  const { url, password } = manifest.share;
  const list = (pass: string) =>
    guest.request(`/dir/${url}`, { method: "POST", body: new URLSearchParams({ json: "1", pass }) });
  const entries = JSON.parse((await list(password)).text) as { link: string }[];
  const expected = manifest.files.filter(({ path }) => parentOf(path) === "shared").map(({ link }) => link);
  assert.deepEqual(entries.map(({ link }) => idOf(link)).toSorted(), expected.toSorted());
  assert.equal((await list(`${password}?`)).status, 403);
}

async function assertPeople(server: { url: string }): Promise<void> {
  for (const { email, password, locked } of [manifest.admin, ...manifest.users].map((each) => ({
    locked: false,
    ...each,
  }))) {
    assert.equal(await isKnown(server, email, password), !locked, email);
    assert.equal(await isKnown(server, email, `${password}?`), false, email);
  }
}

/** The public page challenges unauthenticated callers; others see it, or are redirected to the bytes. */
export async function isKnown(server: { url: string }, email: string, password: string): Promise<boolean> {
  const [file] = manifest.files;
  const headers = basic({ email, password });
  const { status } = await new ApiClient(server).request(`/?${file?.link}&auth=1`, { headers });
  return status !== 401;
}

async function assertKeys(server: { url: string }): Promise<void> {
  for (const user of manifest.users) {
    for (const { key, scopes, name } of user.keys ?? []) {
      const api = new ApiClient(server, key);
      const status = async (path: string, body: unknown = {}) => (await api.call(path, body)).status;
      const allowed = (right: string | undefined) => (right === "none" ? 403 : 200);
      assert.equal(await status("user/info"), allowed(scopes["account"]), name);
      assert.equal(await status("file/ls"), allowed(scopes["files"]), name);
      assert.equal(await status("folder/mkdir", { name: `by ${name}` }), scopes["files"] === "write" ? 200 : 403, name);
      await api.upload({ "sent.txt": `by ${name}` });
    }
    if (user.revokedKey === undefined) continue;
    const answer = await new ApiClient(server, user.revokedKey).call("file/ls");
    assert.equal(answer.status, 403, answer.text);
  }
}

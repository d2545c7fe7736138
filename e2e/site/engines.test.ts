import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { lacking } from "../_programs.ts";
import { builtConsole } from "./_built-console.ts";
import { downloaded, type Engine } from "./_engine.ts";
import { until } from "../_until.ts";
import { EnginePage } from "./_engine-page.ts";
import { Firefox } from "./_firefox.ts";
import { WebKit } from "./_webkit.ts";

const PASSWORD = "open sesame";
const engines = [
  { name: "Firefox", start: () => Firefox.start(), skip: lacking(["firefox-esr", "--version"]) },
  { name: "WebKit", start: () => WebKit.start(), skip: lacking(["WebKitWebDriver", "--help"], ["Xvfb", "-help"]) },
];

suite("the console in other engines", () => {
  let parent: string;
  let built: Awaited<ReturnType<typeof builtConsole>>;
  let server: TestServer;

  before(async () => {
    parent = await mkdtemp(join(tmpdir(), "consigne-engines-"));
    built = await builtConsole();
    server = await startTestServer({ consoleFolder: built.folder, limits: "friendly" });
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await built[Symbol.asyncDispose]();
    await rm(parent, { recursive: true });
  });

  for (const { name, start, skip } of engines)
    test(`goes from signing in to a stranger's download, in ${name}`, { skip }, async () => {
      await using engine = await start();
      const page = new EnginePage(engine);
      await signIn(engine, page, server);

      await makeKey(page, `laptop with ${name}`);
      const client = new ApiClient(server, await pasted(page, /^\w{32}$/));
      assert.match((await client.ok("user/info"))["email"] as string, /@/, "the copied text is the key");

      const names = [`one in ${name}.txt`, `two in ${name}.txt`] as const;
      await upload(engine, page, await filesNamed(parent, names));
      await uploadFolder(engine, page, await filesNamed(parent, ["plan.txt", "photo.jpg"]), `trip in ${name}`);
      const inFolder = await until("both files of the folder", async () => {
        const found = await contentOf(client, `trip in ${name}`);
        return found.length === 2 ? found : undefined;
      });
      assert.deepEqual(inFolder, ["photo.jpg", "plan.txt"]);

      const link = await share(page, names[0]);
      await page.click("link", "Sign out");
      await page.click("button", "Sign out");
      await page.waitForText("You are now disconnected");
      await engine.open(`${server.url}/console/`);
      await page.waitFor("button", "Sign in");

      // As a stranger: a signed-in user gets their own file without being asked.
      await engine.open(link);
      await page.fill("Password", "wrong guess");
      await page.pressEnter();
      await page.waitForText("Bad password");
      await page.fill("Password", PASSWORD);
      await page.pressEnter();
      await page.click("link", { part: "Click here to download" });
      const bytes = bytesOf(names[0]);
      assert.deepEqual(await downloaded(engine, names[0], bytes.length), bytes);
    });
});

const bytesOf = (name: string) => Buffer.from(`The bytes of ${name}. `.repeat(5000));

async function filesNamed(folder: string, names: readonly string[]): Promise<string[]> {
  const paths = names.map((name) => join(folder, name));
  await Promise.all(names.map((name, at) => writeFile(paths[at] ?? "", bytesOf(name))));
  return paths;
}

async function contentOf(client: ApiClient, folder: string): Promise<string[]> {
  const { sub_folders: folders } = await client.ok("folder/ls", { folder_id: 0 });
  const found = (folders as { id: number; name: string }[]).find(({ name }) => name === folder);
  const { items } = await client.ok("file/ls", { folder_id: found?.id });
  return (items as { filename: string }[]).map(({ filename }) => filename).toSorted();
}

async function signIn(engine: Engine, page: EnginePage, { url, email, password }: TestServer): Promise<void> {
  await engine.open(`${url}/login.pl`);
  await page.fill("E-mail address", email);
  await page.fill("Password", password);
  await page.pressEnter();
  await page.waitFor("heading", "Files");
}

/** It is left in the clipboard. */
async function makeKey(page: EnginePage, name: string): Promise<void> {
  await page.click("link", "API keys");
  await page.click("link", "New key");
  await page.fill("Name", name);
  await page.click("button", "Create key");
  await page.click("button", "Copy the key");
  await page.waitForText("Copied");
  await page.click("button", "I have stored it");
  await page.waitForText(name);
  await page.click("link", "Files");
}

/** The clipboard, once its content is of this kind: a notice about copying may belong to an earlier copy. */
async function pasted(page: EnginePage, kind: RegExp): Promise<string> {
  const search = "Search this folder";
  const text = await until(`something like ${kind} in the clipboard`, async () => {
    await page.click("field", search);
    await page.pressWithControl("a");
    await page.pressWithControl("v");
    const held = await page.valueOf(search);
    return held !== undefined && kind.test(held) ? held : undefined;
  });
  await page.click("button", "Clear the search");
  return text;
}

async function upload(engine: Engine, page: EnginePage, paths: readonly string[]): Promise<void> {
  await page.click("button", "Upload");
  await engine.choose(paths, () => page.click("menuitem", "Files…"));
  for (const path of paths) await page.waitFor("link", basename(path));
}

/** Under remote control a folder dialog only gets files, so the page is told which folder they belong to. */
async function uploadFolder(engine: Engine, page: EnginePage, paths: readonly string[], folder: string): Promise<void> {
  await engine.run(
    `(folder) => void Object.defineProperty(File.prototype, "webkitRelativePath", {
      get() { return folder + "/" + this.name; },
    })`,
    folder,
  );
  await page.click("button", "Upload");
  await engine.choose(paths, () => page.click("menuitem", "Folder…"));
  await page.waitFor("link", folder);
}

async function share(page: EnginePage, name: string): Promise<string> {
  await page.click("row", { part: name });
  await page.click("button", "Share…");
  await page.click("button", "New link");
  await page.fill("Password", PASSWORD);
  await page.click("button", "Create link");
  await page.waitForText("0 downloads through this link · password");
  await page.click("button", { part: "Copy http" });
  await page.click("menuitem", "Copy as text");
  await page.waitForText("Copied");
  await page.click("button", "Close");
  return pasted(page, /^http/);
}

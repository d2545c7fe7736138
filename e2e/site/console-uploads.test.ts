import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { ApiClient, type FaultyServer, fault, Gate, type SeenRequest, startFaultyServer } from "@consigne/testkit";
import { guest } from "@consigne/core";
import { chromiumForPages } from "../_chromium.ts";
import { lacking } from "../_programs.ts";
import { addPerson } from "../wire/_wire.ts";
import { builtConsole } from "./_built-console.ts";
import { assertAccessible, focusIn, openConsole } from "./_console.ts";
import { asByPlainHttp, openChromium, visitor } from "./_pages.ts";
import { testSmallUploads } from "./pages/_small-uploads.ts";

const mouse = { language: "en", colorScheme: "light", width: 1440, runsScripts: true } as const;
const keys = { language: "fr", colorScheme: "dark", width: 360, runsScripts: true } as const;
const PART_BYTES = 8 * 1024 ** 2;
const PART = /^x\/v1\/uploads\/\w+\/(\d+)$/;
const partOf = ({ endpoint }: SeenRequest): number => Number(PART.exec(endpoint)?.[1] ?? 0);

interface Begun {
  id: string;
  received_parts: number;
}

suite("uploads in the console in Chromium", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  let parent: string;
  let built: Awaited<ReturnType<typeof builtConsole>>;
  let server: FaultyServer;
  let api: ApiClient;
  let browser: Browser;

  before(async () => {
    parent = await mkdtemp(join(tmpdir(), "consigne-console-uploads-"));
    built = await builtConsole();
    server = await startFaultyServer({ consoleFolder: built.folder, limits: "friendly", storage: "memory" });
    api = new ApiClient(server, server.apiKey);
    browser = await openChromium();
  });
  afterEach(async () => {
    server.faults.clear();
    for (const { id } of await open()) await api.ok("/x/v1/uploads/abort", { id });
  });
  after(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
    await built[Symbol.asyncDispose]();
    await rm(parent, { recursive: true });
  });

  testSmallUploads(() => ({ server, browser }));

  /** A file with unique bytes, in this many parts. */
  async function makeFile(path: string, parts: number): Promise<{ path: string; sha256: string }> {
    const bytes = randomBytes(parts * PART_BYTES - 1000);
    await mkdir(join(parent, path, ".."), { recursive: true });
    await writeFile(join(parent, path), bytes);
    return { path: join(parent, path), sha256: createHash("sha256").update(bytes).digest("hex") };
  }

  const open = async (whose = api) => (await whose.ok("/x/v1/uploads/list"))["uploads"] as Begun[];

  /** Repeats a request to the server until the answer is there. */
  async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
    for (const deadline = Date.now() + 60_000; ; await sleep(20)) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      assert.ok(Date.now() < deadline, `waited for ${what}`);
    }
  }

  async function durableParts(whose = api): Promise<Set<number>> {
    const [upload] = await open(whose);
    if (upload === undefined) return new Set();
    const { parts } = (await whose.ok("/x/v1/uploads/parts", { id: upload.id })) as { parts?: { part: number }[] };
    return new Set((parts ?? []).map(({ part }) => part));
  }

  /** From now on no part from this number on is begun; `there` resolves once all before it are durable. */
  function holdFrom(first: number, whose = api): { there(): Promise<Set<number>>; letGo(): void } {
    const gate = new Gate();
    const rule = server.faults.add((request) => partOf(request) >= first, fault.holdRequest(gate), { times: Infinity });
    return {
      there: async () => {
        const durable = await until(`${first - 1} parts`, async () => {
          const parts = await durableParts(whose);
          return Array.from({ length: first - 1 }, (_, at) => at + 1).every((part) => parts.has(part))
            ? parts
            : undefined;
        });
        server.requests.clear();
        return durable;
      },
      letGo: () => {
        rule.remove();
        gate.open();
      },
    };
  }

  /** Compared with the earlier look. */
  function assertNotAgain(durable: ReadonlySet<number>): void {
    const numbers = server.requests.list((request) => partOf(request) > 0).map(partOf);
    const again = numbers.filter((number) => durable.has(number));
    assert.deepEqual(again, [], `of ${[...durable].join(", ")}; parts that came by: ${numbers.join(", ")}`);
  }

  async function digestsIn(folderId: number): Promise<Record<string, string>> {
    const listed = await api.ok("file/ls", { folder_id: folderId });
    const files = listed["items"] as { filename: string; url: string }[];
    const found: Record<string, string> = {};
    for (const { filename, url } of files) {
      const { bytes } = await api.download(url);
      found[filename] = createHash("sha256").update(bytes).digest("hex");
    }
    return found;
  }

  /** In an empty folder there is another one below. */
  const uploadButton = (page: Page): Locator =>
    page.getByRole("toolbar").getByRole("button", { name: /^(?:Upload|Envoyer)$/ });

  async function choose(page: Page, path: string): Promise<void> {
    await uploadButton(page).click();
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("menuitem", { name: "Files…" }).click(),
    ]);
    await chooser.setFiles(path);
  }

  /** Leaving asks first. */
  async function reload(page: Page): Promise<void> {
    const asked = page.waitForEvent("dialog");
    const left = page.reload();
    await (await asked).accept();
    await left;
  }

  /** As from the list of sessions on another device. */
  async function endSessions(): Promise<void> {
    const { accounts, sessions } = server.services;
    const actor = await accounts.findByPassword(server.email, server.password, guest("127.0.0.1"));
    assert.ok(actor !== undefined);
    for (const { id } of await sessions.list("operator", actor.account)) await sessions.end("operator", id);
  }

  const folderOf = async (page: Page, name: string): Promise<number> => {
    const { id } = await server.seed.folder(`/${name}`);
    await page.goto(`${server.url}/console/#/files/${encodeURIComponent(name)}`);
    await uploadButton(page).waitFor();
    return id;
  };
  const barOf = (page: Page): Locator => page.getByRole("region", { name: /^(?:Uploads|Envois)$/ });

  test("resumes after a pause, a network failure and a server restart, and sends no part twice", async () => {
    const { path, sha256 } = await makeFile("film.mkv", 6);
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, server);
    const folder = await folderOf(page, "paused");
    const bar = barOf(page);
    const three = holdFrom(3);
    await choose(page, path);
    const two = await three.there();
    await bar.getByRole("button", { name: "Pause" }).click();
    await bar
      .getByText(/^Paused, 0 of 1 file, \d+\sMiB of 48\sMiB/)
      .first()
      .waitFor();
    await bar.getByRole("button", { name: "Show uploads" }).click();
    await bar.getByRole("button", { name: "Copy the link of film.mkv" }).waitFor();
    const five = holdFrom(5);
    three.letGo();
    await bar.getByRole("button", { name: "Resume" }).click();
    const four = await five.there();
    assertNotAgain(two);

    await context.setOffline(true);
    await bar.getByText("No connection to the server; the upload continues by itself").first().waitFor();
    await server.stop();
    five.letGo();
    await server.start();
    const isLate = (request: SeenRequest) => partOf(request) >= 5;
    server.faults.add(isLate, fault.cutAfterRequestBytes(1_000_000), { times: 2 });
    await context.setOffline(false);
    await bar.getByText("1 file uploaded").first().waitFor();
    assertNotAgain(four);
    await bar.getByRole("button", { name: "Copy the link of film.mkv" }).waitFor();
    await assertAccessible(page, "a large file that arrived");
    assert.deepEqual(await digestsIn(folder), { "film.mkv": sha256 });
    assert.deepEqual(complaints, []);
  });

  test("resumes with the same file after a page reload, and with no other file of that name", async () => {
    const { path, sha256 } = await makeFile("again/trip.mov", 4);
    const other = await makeFile("other/trip.mov", 4);
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, server);
    const folder = await folderOf(page, "again");
    const bar = barOf(page);
    const two = holdFrom(2);
    await choose(page, path);
    const one = await two.there();
    await reload(page);
    await bar.getByText("1 file has not arrived: choose or drop it again.").first().waitFor();
    await bar.getByRole("button", { name: "Show which files are missing" }).click();
    await bar.getByText("again/trip.mov").first().waitFor();
    await bar
      .getByText(/^8\sMiB of 32\sMiB uploaded, kept until /)
      .first()
      .waitFor();
    await assertAccessible(page, "what has not arrived");

    await choose(page, other.path);
    await bar.getByRole("button", { name: "Show uploads" }).click();
    await bar
      .getByText(/^This is not the file whose upload was started here/)
      .first()
      .waitFor();
    await assertAccessible(page, "another file of the same name");
    assert.equal((await open()).length, 1, "the existing file is unchanged");
    await bar.getByRole("button", { name: "Clear the list" }).click();
    const three = holdFrom(3);
    two.letGo();
    await choose(page, path);
    const both = await three.there();
    assertNotAgain(one);

    // Only from the server's list: in a window that knows nothing about it.
    await page.close({ runBeforeUnload: false });
    const next = await context.newPage();
    await next.goto(`${server.url}/console/#/files/again`);
    await barOf(next).getByText("1 file has not arrived").first().waitFor();
    three.letGo();
    await choose(next, path);
    await barOf(next).getByText("1 file uploaded").first().waitFor();
    assertNotAgain(both);
    assert.deepEqual(await digestsIn(folder), { "trip.mov": sha256 });
    assert.deepEqual(complaints, []);
  });

  test("starts over with a changed file if asked to, and a cancelled upload leaves nothing on the server", async () => {
    const { path } = await makeFile("first/notes.iso", 3);
    const other = await makeFile("second/notes.iso", 3);
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, server);
    await uploadButton(page).waitFor();
    const bar = barOf(page);
    const two = holdFrom(2);
    await choose(page, path);
    await two.there();
    const [before] = await open();
    await reload(page);
    await bar.getByText("1 file has not arrived").first().waitFor();
    two.letGo();
    await choose(page, other.path);
    await bar.getByText("1 failed").first().waitFor();
    await bar.getByRole("button", { name: "Try failed again" }).click();
    await bar.getByText("1 file uploaded").first().waitFor();
    assert.deepEqual(await digestsIn(0), { "notes.iso": other.sha256 }, "in the root, which has no id of its own");
    assert.deepEqual(await open(), [], `${before?.id} is not there any more`);

    const held = holdFrom(2);
    await choose(page, (await makeFile("third.iso", 3)).path);
    await held.there();
    await bar.getByRole("button", { name: "Cancel all" }).click();
    await bar.getByText("1 cancelled").first().waitFor();
    await until("no upload", async () => ((await open()).length === 0 ? true : undefined));
    held.letGo();
    assert.deepEqual(complaints, []);
  });

  test("works with the keyboard, in dark mode, French, at 360 pixels, where the page has no Web Crypto", async () => {
    const { path, sha256 } = await makeFile("été.mkv", 3);
    const { id: folder } = await server.seed.folder("/été");
    await using context = await visitor(browser, keys, server.url);
    await asByPlainHttp(context);
    const { page, complaints } = await openConsole(context, server);
    const { keyboard } = page;
    const press = async (name: string | RegExp, within: Page | Locator = page) => {
      await within.getByRole("button", { name, exact: true }).focus();
      await keyboard.press("Enter");
    };
    await page.goto(`${server.url}/console/#/files/${encodeURIComponent("été")}`);
    const bar = barOf(page);
    const two = holdFrom(2);
    page.once("filechooser", (chooser) => void chooser.setFiles(path));
    await uploadButton(page).focus();
    await keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Des fichiers…" }).focus();
    await keyboard.press("Enter");
    const one = await two.there();
    await press("Afficher les envois", bar);
    await bar.getByRole("button", { name: "Annuler été.mkv" }).waitFor();
    await assertAccessible(page, "a large file under way, narrow and dark");
    await reload(page);
    await bar.getByText("1 fichier n’est pas arrivé").first().waitFor();
    await press("Afficher les fichiers qui manquent", bar);
    await bar
      .getByText(/^8\sMio sur 24\sMio sont là, gardés jusqu’au/)
      .first()
      .waitFor();
    await assertAccessible(page, "what has not arrived, narrow and dark");
    await press("Abandonner ce qui est arrivé de été.mkv", bar);
    await focusIn(page.getByRole("alertdialog"));
    await assertAccessible(page, "what arrived is to be discarded, narrow and dark");
    await keyboard.press("Escape");
    two.letGo();
    page.once("filechooser", (chooser) => void chooser.setFiles(path));
    await press("Choisir à nouveau été.mkv pour continuer", bar);
    await bar.getByText("1 fichier envoyé").first().waitFor();
    assertNotAgain(one);
    assert.deepEqual(await digestsIn(folder), { "été.mkv": sha256 });
    await assertAccessible(page, "a large file that arrived, narrow and dark");
    assert.deepEqual(complaints, []);
  });

  test("resumes after the session has ended, and refuses a second window and another account", async () => {
    const { path, sha256 } = await makeFile("talk.mp4", 3);
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, server);
    const folder = await folderOf(page, "talks");
    const bar = barOf(page);
    const two = holdFrom(2);
    await choose(page, path);
    const one = await two.there();

    const second = await context.newPage();
    await second.goto(`${server.url}/console/#/files/talks`);
    await choose(second, path);
    await barOf(second).getByText("1 failed").first().waitFor();
    await barOf(second).getByRole("button", { name: "Show uploads" }).click();
    await barOf(second).getByText("Another window of this browser is uploading this file.").first().waitFor();
    await assertAccessible(second, "a file that another window sends");

    await using elsewhere = await visitor(browser, mouse, server.url);
    const device = await openConsole(elsewhere, server);
    await barOf(device.page).getByText("1 file has not arrived").first().waitFor();
    await elsewhere.close();

    const stranger = await addPerson(server, "stranger@example.org");
    await endSessions();
    two.letGo();
    await bar
      .getByText(/^Your session has ended: sign in again, then resume/)
      .first()
      .waitFor();
    await assertAccessible(page, "uploads of a session that is over");
    assert.deepEqual(await durableParts(), one);
    const [signIn] = await Promise.all([
      context.waitForEvent("page"),
      bar.getByRole("link", { name: "Sign in in a new window" }).click(),
    ]);
    const enter = async ({ email, password }: { email: string; password: string }) => {
      await signIn.locator("#mail").fill(email);
      await signIn.locator("#password").fill(password);
      await signIn.keyboard.press("Enter");
      await signIn.waitForURL(`${server.url}/console/`);
      await bar.getByRole("button", { name: "Resume" }).click();
    };
    await enter(stranger);
    const refusal = `You are signed in as ${stranger.email}, and these files are for ${server.email}.`;
    await page.getByRole("status").filter({ hasText: refusal }).last().waitFor();
    assert.deepEqual(await durableParts(), one, "the received bytes stay with their sender");
    assert.deepEqual(await open(stranger.client), []);
    await context.clearCookies({ name: "SID" });
    await signIn.goto(`${server.url}/login.pl`);
    await enter(server);
    await bar.getByText("1 file uploaded").first().waitFor();
    assertNotAgain(one);
    assert.deepEqual(await digestsIn(folder), { "talk.mp4": sha256 });
    assert.deepEqual(complaints, []);
  });

  test("loses nothing already uploaded to a proxy that refuses large requests or that lost the server", async () => {
    const { path, sha256 } = await makeFile("proxied.iso", 3);
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, server);
    const folder = await folderOf(page, "proxied");
    const bar = barOf(page);
    const ofProxy = (status: number) =>
      fault.answer({ status, headers: { "content-type": "text/html" }, body: `<h1>${status}</h1>` });
    const refusing = server.faults.add((request) => partOf(request) >= 2, ofProxy(413), { times: Infinity });
    await choose(page, path);
    await bar.getByText("1 failed").first().waitFor();
    await bar.getByRole("button", { name: "Show uploads" }).click();
    await bar.getByText("A proxy in front of the server refuses requests of this size.").first().waitFor();
    await assertAccessible(page, "a file that a proxy refuses");
    refusing.remove();
    const durable = await durableParts();
    server.requests.clear();
    const losing = server.faults.add((request) => partOf(request) === 3, ofProxy(502));
    await bar.getByRole("button", { name: "Try failed again" }).click();
    await bar.getByText("1 file uploaded").first().waitFor();
    assert.equal(losing.hits, 1);
    assertNotAgain(durable);
    assert.deepEqual(await digestsIn(folder), { "proxied.iso": sha256 });
    assert.deepEqual(complaints, []);
  });

  test("stops and resumes in another person's folder when access ends or the quota is reached", async () => {
    const person = await addPerson(server, "writer@example.org");
    const { id: folder } = await server.seed.folder("/given");
    const give = () => api.ok("folder/share", { folder_id: folder, shares: [{ email: person.email, rw: 1 }] });
    await give();
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, { ...server, ...person });
    await page.goto(`${server.url}/console/#/shared/${folder}`);
    const bar = barOf(page);
    const retry = bar.getByRole("button", { name: "Try failed again" });

    const first = await makeFile("right.iso", 3);
    const two = holdFrom(2, person.client);
    await choose(page, first.path);
    const one = await two.there();
    await api.ok("/x/v1/share/revoke", { folder_id: folder, email: person.email });
    // Reported while parts are being sent.
    await page.getByRole("alert").getByText("“given” is not shared with you any more").waitFor();
    two.letGo();
    await bar.getByText("1 failed").first().waitFor();
    await bar.getByRole("button", { name: "Show uploads" }).click();
    await bar
      .getByText(/^Its folder is gone, or you may not add files to it any more/)
      .first()
      .waitFor();
    await assertAccessible(page, "a file whose folder is shared no more");
    assert.deepEqual(await digestsIn(folder), {});
    await give();
    server.requests.clear();
    await retry.click();
    await bar.getByText("1 file uploaded").first().waitFor();
    assertNotAgain(one);

    await page.goto(`${server.url}/console/#/shared/${folder}`);
    const second = await makeFile("quota.iso", 3);
    const held = holdFrom(2, person.client);
    await choose(page, second.path);
    const there = await held.there();
    const { accounts } = server.services;
    const setQuota = async (bytes: number | undefined) =>
      accounts.setQuota("operator", await accounts.getByEmail("operator", server.email), bytes);
    await setQuota(1);
    held.letGo();
    await bar.getByText("1 failed").first().waitFor();
    await bar
      .getByText(`There is no room left on the account of ${server.email}, whose folder this is.`)
      .first()
      .waitFor();
    await setQuota(undefined);
    await retry.click();
    await bar.getByText("2 files uploaded").first().waitFor();
    assertNotAgain(there);
    assert.deepEqual(await digestsIn(folder), { "right.iso": first.sha256, "quota.iso": second.sha256 });
    assert.deepEqual(complaints, []);
  });

  test("leave connections for everything else while two windows upload", async () => {
    const files = [await makeFile("left.iso", 6), await makeFile("right.iso", 6)];
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, server);
    const folder = await folderOf(page, "two windows");
    const second = await context.newPage();
    await second.goto(`${server.url}/console/#/files/${encodeURIComponent("two windows")}`);
    const pages = [page, second];
    server.requests.clear();
    const all = holdFrom(1);
    for (const [at, each] of pages.entries()) await choose(each, files[at]?.path ?? "");
    await until("two uploads", async () => ((await open()).length === 2 ? true : undefined));
    await page.getByRole("button", { name: "New folder" }).click();
    await focusIn(page.getByRole("dialog"));
    await page.keyboard.type("meanwhile");
    await page.keyboard.press("Enter");
    for (const each of pages) await each.getByRole("row").filter({ hasText: "meanwhile" }).waitFor();
    const sent = server.requests.list((request) => partOf(request) > 0).length;
    assert.ok(sent <= 3, `${sent} parts at a time`);
    all.letGo();
    for (const each of pages) await barOf(each).getByText("1 file uploaded").first().waitFor();
    assert.deepEqual(await digestsIn(folder), { "left.iso": files[0]?.sha256, "right.iso": files[1]?.sha256 });
    assert.deepEqual(complaints, []);
  });

  test("stores a small file once, though a response was lost, a proxy failed or it was paused", async () => {
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, server);
    const folder = await folderOf(page, "arrived once");
    const bar = barOf(page);
    const isUpload = ({ endpoint }: SeenRequest) => endpoint === "upload.cgi" || endpoint === "x/v1/batch";
    const chooseSmall = async (name: string) => {
      await writeFile(join(parent, name), name);
      await choose(page, join(parent, name));
    };
    const names = async () =>
      ((await api.ok("file/ls", { folder_id: folder }))["items"] as { filename: string }[])
        .map(({ filename }) => filename)
        .toSorted();

    const lost = server.faults.add(isUpload, fault.cutBeforeAnswer());
    await chooseSmall("lost.txt");
    await bar.getByText("1 file uploaded").first().waitFor();
    assert.equal(lost.hits, 1);
    assert.deepEqual(await names(), ["lost.txt"]);

    const body = "<h1>504</h1>";
    const proxy = server.faults.add(isUpload, fault.answer({ status: 504, body }, "after-handling"));
    await chooseSmall("proxied.txt");
    await bar.getByText("2 files uploaded").first().waitFor();
    assert.equal(proxy.hits, 1);
    assert.deepEqual(await names(), ["lost.txt", "proxied.txt"]);

    const gate = new Gate();
    server.faults.add(isUpload, fault.holdAnswer(gate));
    await chooseSmall("paused.txt");
    await until("the file", async () => ((await names()).includes("paused.txt") ? true : undefined));
    await bar.getByRole("button", { name: "Pause" }).click();
    await bar
      .getByText(/^Paused/)
      .first()
      .waitFor();
    // Afterwards: with the answer there is nothing left to resume.
    await bar.getByRole("button", { name: "Resume" }).click();
    gate.open();
    await bar.getByText("3 files uploaded").first().waitFor();
    assert.deepEqual(await names(), ["lost.txt", "paused.txt", "proxied.txt"]);
    assert.deepEqual(complaints, []);
  });

  test("lists what is under way before what is done", async () => {
    const { path } = await makeFile("concert.mp4", 2);
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, server);
    await folderOf(page, "in order");
    const bar = barOf(page);
    await writeFile(join(parent, "poster.txt"), "poster");
    await choose(page, join(parent, "poster.txt"));
    await bar.getByText("1 file uploaded").first().waitFor();
    const none = holdFrom(1);
    await choose(page, path);
    await bar.getByRole("button", { name: "Show uploads" }).click();
    const listed = bar.getByRole("listitem");
    await listed.nth(0).filter({ hasText: "concert.mp4" }).waitFor();
    await listed.nth(1).filter({ hasText: "poster.txt" }).waitFor();
    none.letGo();
    await bar.getByText("2 files uploaded").first().waitFor();
    await listed.nth(0).filter({ hasText: "poster.txt" }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test("replaces a file and keeps its link", async () => {
    const [before, next] = [await makeFile("before/cut.mov", 2), await makeFile("next/cut.mov", 3)];
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, server);
    const folder = await folderOf(page, "replaced");
    const bar = barOf(page);
    const linksIn = async () => (await api.ok("file/ls", { folder_id: folder }))["items"] as { url: string }[];
    await choose(page, before.path);
    await bar.getByText("1 file uploaded").first().waitFor();
    const [link] = await linksIn();
    await choose(page, next.path);
    const conflict = page.getByRole("dialog", { name: "“cut.mov” already exists" });
    await conflict.getByText("Replace", { exact: true }).click();
    await conflict.getByRole("button", { name: "Continue" }).click();
    await bar.getByText("2 files uploaded").first().waitFor();
    assert.deepEqual(await digestsIn(folder), { "cut.mov": next.sha256 });
    assert.deepEqual(
      (await linksIn()).map(({ url }) => url),
      [link?.url],
    );
    assert.deepEqual(complaints, []);
  });
});

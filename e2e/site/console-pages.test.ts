import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { buildConsole } from "@consigne/console/build";
import { ApiClient, startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { chromiumForPages } from "../_chromium.ts";
import { lacking } from "../_programs.ts";
import { assertAccessible, openConsole } from "./_console.ts";
import { openChromium, visitor } from "./_pages.ts";

const LATE_MS = 10 * 60_000 + 1;
const mouse = { language: "en", colorScheme: "light", width: 1440, runsScripts: true } as const;
const keys = { language: "fr", colorScheme: "dark", width: 360, runsScripts: true } as const;

/** Where browsers have no clipboard for a page, as over plain http, and where they let it copy in no way at all. */
async function assertCopies(page: Page, button: Locator, text: string): Promise<void> {
  await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
  await button.click();
  await page.getByRole("status").filter({ hasText: "Copied" }).last().waitFor();
  await page.evaluate("document.body.append(Object.assign(document.createElement('textarea'), { id: 'pasted' }))");
  await page.locator("#pasted").focus();
  await page.keyboard.press("ControlOrMeta+V");
  assert.equal(await page.locator("#pasted").inputValue(), text);
  await page.evaluate("document.querySelector('#pasted').remove(); document.execCommand = () => false");
  await button.click();
  assert.equal(await page.getByLabel("Your browser did not let this page copy").inputValue(), text);
  await page.evaluate("delete document.execCommand");
}

suite("the pages of the console in Chromium", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  const clock = new VirtualClock(new Date(Date.now() + 60_000));
  let parent: string;
  let server: TestServer;
  let browser: Browser;

  before(async () => {
    parent = await mkdtemp(join(tmpdir(), "consigne-console-pages-"));
    const consoleFolder = join(parent, "dist");
    await buildConsole(consoleFolder);
    server = await startTestServer({ consoleFolder, limits: "friendly", clock });
    browser = await openChromium();
    await server.seed.folder("/photos");
  });
  after(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
    await rm(parent, { recursive: true });
  });

  const open = (context: BrowserContext) => openConsole(context, server);
  const goTo = (page: Page, path: string) => page.goto(`${server.url}/console/#/${path}`);
  const status = (page: Page, text: string) => page.getByRole("status").filter({ hasText: text }).last().waitFor();
  /** Gives the password where it is asked for. */
  const prove = async (page: Page, words: { title: string; password: string }, wrong: string) => {
    const dialog = page.getByRole("dialog", { name: words.title });
    await dialog.waitFor();
    await page.keyboard.type("not this one");
    await page.keyboard.press("Enter");
    await dialog.getByText(wrong).waitFor();
    await assertAccessible(page, "a wrong password");
    await page.getByLabel(words.password).fill(server.password);
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
  };

  test("API keys by mouse, light, English, 1440 pixels", async () => {
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await open(context);
    await page.getByRole("link", { name: "API keys" }).click();
    await page.getByRole("table", { name: "Your API keys" }).waitFor();
    await assertAccessible(page, "the keys");
    await page.getByRole("link", { name: "New key" }).click();
    await page.getByRole("heading", { name: "New key" }).waitFor();
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByText("Give the key a name.").waitFor();
    await assertAccessible(page, "a key without a name");
    await page.getByLabel("Name").fill("laptop");
    await page.getByLabel("Folder").fill("/nowhere");
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByText("There is no such folder.").waitFor();
    await page.getByLabel("Folder").fill("/photos");
    await page.getByLabel("Addresses").fill("somewhere");
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByText("neither an address").waitFor();
    await page.getByLabel("Addresses").fill("127.0.0.0/8");
    await page.getByText("Choose each right.").click();
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByText("This key could do nothing.").waitFor();
    await page.getByLabel("files", { exact: true }).selectOption("write");
    await assertAccessible(page, "each right by itself");
    clock.advance(LATE_MS);
    await page.getByRole("button", { name: "Create key" }).click();
    await prove(page, { title: "Is it you?", password: "Current password" }, "That is not your password.");
    await page.getByRole("heading", { name: "Your new key" }).waitFor();
    await assertAccessible(page, "a new key");
    const text = (await page.locator("code").first().innerText()).trim();
    const made = new ApiClient(server, text);
    assert.equal((await made.call("folder/ls", { folder_id: 0 })).status, 200);
    assert.equal((await made.call("user/info")).status, 403);
    await assertCopies(page, page.getByRole("button", { name: "Copy the key" }), text);
    await page.getByRole("button", { name: "I have stored it" }).click();

    const row = page.getByRole("row").filter({ hasText: "laptop" });
    await row.filter({ hasText: "/photos" }).filter({ hasText: "see and change: files" }).waitFor();
    const choose = async (what: string) => {
      await page.getByRole("button", { name: "Actions for laptop" }).first().click();
      await page.getByRole("menuitem", { name: what }).click();
    };
    await choose("Replace…");
    await assertAccessible(page, "the dialog to replace a key");
    await page.getByRole("button", { name: "Replace key" }).click();
    await page.getByText("The old key ends").waitFor();
    await page.getByRole("button", { name: "I have stored it" }).click();
    await choose("Rename…");
    await page.getByRole("textbox", { name: "Name" }).fill("desk");
    await page.getByRole("button", { name: "Rename key" }).click();
    await status(page, "The key is now called “desk”");
    await page.getByRole("button", { name: "Actions for desk" }).click();
    await page.getByRole("menuitem", { name: "Revoke…" }).click();
    await page.getByRole("alertdialog").getByText("stops at once").waitFor();
    await assertAccessible(page, "the question before a key is revoked");
    await page.getByRole("button", { name: "Revoke key" }).click();
    await status(page, "“desk” is revoked");
    await page.getByRole("row").filter({ hasText: "desk" }).filter({ hasText: "revoked" }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test("API keys by keyboard, dark, French, 360 pixels", async () => {
    await using context = await visitor(browser, keys, server.url);
    const { page, complaints } = await open(context);
    const { keyboard } = page;
    await page.getByRole("button", { name: "Plus" }).focus();
    await keyboard.press("Enter");
    await page.getByRole("menu").waitFor();
    await assertAccessible(page, "what the bottom bar has no room for");
    await page.getByRole("menuitem", { name: "Se déconnecter" }).waitFor();
    await keyboard.press("Escape");
    await goTo(page, "keys");
    await page.getByRole("link", { name: "Nouvelle clé" }).focus();
    await assertAccessible(page, "the keys, narrow and dark");
    await keyboard.press("Enter");
    await page.getByLabel("Nom").waitFor();
    await keyboard.type("téléphone");
    await keyboard.press("Tab");
    await keyboard.press("ArrowDown");
    assert.ok(await page.getByRole("radio", { name: /^Envoi seul/ }).isChecked());
    await assertAccessible(page, "a new key, narrow and dark");
    clock.advance(LATE_MS);
    await page.getByLabel("Nom").focus();
    await keyboard.press("Enter");
    await prove(
      page,
      { title: "Est-ce bien vous ?", password: "Mot de passe actuel" },
      "Ce n’est pas votre mot de passe.",
    );
    await page.getByRole("heading", { name: "Votre nouvelle clé" }).waitFor();
    await assertAccessible(page, "the text of a key, narrow and dark");
    await page.getByRole("button", { name: "Je l’ai notée" }).focus();
    await keyboard.press("Enter");
    await page.getByRole("button", { name: "Actions pour téléphone" }).focus();
    await keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Révoquer…" }).focus();
    await keyboard.press("Enter");
    await page.getByRole("alertdialog").waitFor();
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    await status(page, "« téléphone » est révoquée");
    assert.deepEqual(complaints, []);
  });

  test("settings by mouse, light, English, 1440 pixels", async () => {
    await using elsewhere = await visitor(browser, mouse, server.url);
    await open(elsewhere);
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await open(context);
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByText(server.email).waitFor();
    const sessions = page.getByRole("table", { name: "Where you are signed in" });
    await sessions.getByText("Chrome on Linux").first().waitFor();
    await assertAccessible(page, "the settings");
    await page.getByLabel("Theme").selectOption("dark");
    const background = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    assert.equal(await background(), "rgb(28, 32, 36)");
    await assertAccessible(page, "the settings in the dark");
    await page.reload();
    await sessions.waitFor();
    assert.equal(await background(), "rgb(28, 32, 36)");
    await page.getByLabel("Theme").selectOption("system");
    await page.getByLabel("Language").selectOption("fr");
    await page.getByRole("heading", { name: "Réglages" }).waitFor();
    await page.getByLabel("Langue").selectOption("en");
    await page.getByRole("heading", { name: "Settings" }).waitFor();

    const days = page.getByLabel("Days to keep what you remove");
    const keep = async (text: string) => {
      await days.fill(text);
      await page.getByRole("button", { name: "Save", exact: true }).click();
    };
    const inForce = await days.inputValue();
    for (const wrong of ["-1", "1.5", "99999"]) {
      await keep(wrong);
      await page.getByText("Write a whole number of days, up to 3650.").waitFor();
    }
    await assertAccessible(page, "a wrong number of days");
    await keep("7");
    await status(page, "stays in the trash for 7 days from now on");
    await page.reload();
    await sessions.waitFor();
    assert.equal(await days.inputValue(), "7");
    await keep("0");
    await status(page, "goes at once from now on");
    await keep("");
    await status(page, `stays in the trash for ${inForce} days from now on`);
    assert.equal(await days.inputValue(), inForce);

    clock.advance(LATE_MS);
    await page
      .getByRole("button", { name: /^End the session of/ })
      .first()
      .click();
    await page.getByRole("dialog", { name: "Is it you?" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("alert").getByText("your password was not given").waitFor();
    await assertAccessible(page, "a password that was not given");
    await page.getByRole("button", { name: "End all other sessions" }).click();
    await prove(page, { title: "Is it you?", password: "Current password" }, "That is not your password.");
    await page.getByText("You are signed in nowhere else.").waitFor();

    const change = page.getByRole("button", { name: "Change password" });
    const fill = async (first: string, second: string) => {
      await page.getByLabel("New password", { exact: true }).fill(first);
      await page.getByLabel("New password, again").fill(second);
      await change.click();
    };
    await fill("short", "short");
    await page.getByText("A password has at least 8 characters.").waitFor();
    await fill("a rather long sentence", "another long sentence");
    await page.getByText("The two differ.").waitFor();
    await fill("password", "password");
    await page.getByText("too easy to guess").waitFor();
    await assertAccessible(page, "a weak password");
    await fill("a rather long sentence", "a rather long sentence");
    await status(page, "Your password is changed");
    await page.getByLabel("New e-mail address").fill("nowhere");
    await page.getByRole("button", { name: "Send the link" }).click();
    await page.getByText("This is not an e-mail address.").waitFor();
    await page.getByLabel("New e-mail address").fill("new@example.org");
    await page.getByRole("button", { name: "Send the link" }).click();
    await status(page, "an e-mail with a link is ready");
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as a file" }).click(),
    ]);
    assert.match(saved.suggestedFilename(), /^consigne-\d{4}-\d\d-\d\d\.jsonl$/);
    const lines = (await readFile(await saved.path(), "utf8")).trimEnd().split("\n");
    const kinds = lines.map((line) => (JSON.parse(line) as { kind: string }).kind);
    for (const kind of ["account", "folder", "key", "session", "activity"]) assert.ok(kinds.includes(kind), kind);
    await status(page, `${lines.length} records saved`);
    const account = await server.services.accounts.getByEmail("operator", server.email);
    await server.services.accounts.setPassword("operator", account, server.password);
    assert.deepEqual(complaints, []);
  });

  test("settings by keyboard, dark, French, 360 pixels", async () => {
    await using context = await visitor(browser, keys, server.url);
    const { page, complaints } = await open(context);
    await goTo(page, "settings");
    await page.getByRole("table", { name: "Où vous êtes connecté" }).waitFor();
    await assertAccessible(page, "the settings, narrow and dark");
    await page.getByLabel("Thème").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    assert.equal(await page.getByLabel("Thème").inputValue(), "light");
    await assertAccessible(page, "the settings, narrow and light");
    await page.getByLabel("Nouveau mot de passe", { exact: true }).focus();
    await page.keyboard.type("court");
    await page.keyboard.press("Enter");
    await page.getByText("Un mot de passe a au moins 8 caractères.").waitFor();
    await assertAccessible(page, "a short password, narrow");
    assert.deepEqual(complaints, []);
  });

  const leaver = async (email: string) => {
    const input = { email, password: "password of a leaver", planId: "premium" } as const;
    const account = await server.services.accounts.create("operator", input);
    const isLocked = async () => (await server.services.accounts.getByEmail("operator", email)).isLocked;
    return { ...server, ...account, ...input, url: server.url, isLocked };
  };

  test("deletion of the account by mouse, light, English, 1440 pixels", async () => {
    const person = await leaver("leaver@example.org");
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, person);
    await goTo(page, "settings");
    await page.getByRole("button", { name: "Delete account…" }).click();
    const dialog = page.getByRole("alertdialog", { name: "Delete your account?" });
    await dialog.getByText("0 files and their links").waitFor();
    await assertAccessible(page, "the question before an account is deleted");
    await dialog.getByLabel("To confirm").fill(server.email);
    await dialog.getByRole("button", { name: "Delete account" }).click();
    await dialog.getByText("This is not the address of your account.").waitFor();
    await assertAccessible(page, "another address typed");
    assert.equal(await person.isLocked(), false);
    await dialog.getByLabel("To confirm").fill("Leaver@example.org");
    await dialog.getByRole("button", { name: "Delete account" }).click();
    const told = page.getByRole("dialog", { name: "Your account is deleted" });
    await told.getByText("You are signed out.").waitFor();
    await assertAccessible(page, "an account that is deleted");
    assert.equal(await person.isLocked(), true);
    await told.getByRole("button", { name: "Close" }).last().click();
    await page.waitForURL(`${server.url}/`);
    assert.deepEqual(complaints, []);
  });

  test("deletion of the account by keyboard, dark, French, 360 pixels", async () => {
    const person = await leaver("partant@example.org");
    await using context = await visitor(browser, keys, server.url);
    const { page, complaints } = await openConsole(context, person);
    await goTo(page, "settings");
    await page.getByRole("button", { name: "Supprimer le compte…" }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("alertdialog", { name: "Supprimer votre compte ?" });
    await dialog.waitFor();
    await assertAccessible(page, "the question before an account is deleted, narrow and dark");
    await page.keyboard.type(person.email);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Votre compte est supprimé" }).waitFor();
    await assertAccessible(page, "an account that is deleted, narrow and dark");
    assert.equal(await person.isLocked(), true);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${server.url}/`);
    assert.deepEqual(complaints, []);
  });

  test("activity by mouse, light, English, 1440 pixels", async () => {
    const client = new ApiClient(server, server.apiKey);
    await client.ok("folder/mkdir", { name: "seen", folder_id: 0 });
    await client.upload({ "=formula.txt": "x" });
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await open(context);
    await page.getByRole("link", { name: "Activity" }).click();
    const table = page.getByRole("table", { name: "Changes in your account" });
    await table.getByText("Folder seen created").waitFor();
    await table.getByText("“=formula.txt” uploaded").waitFor();
    await table.getByText("key first key").first().waitFor();
    await assertAccessible(page, "the activity");
    await page.getByRole("button", { name: "Only changes of this one: Folder seen created" }).click();
    await page.getByText("Only changes of this one:").waitFor();
    await page.getByText("“=formula.txt” uploaded").waitFor({ state: "detached" });
    await assertAccessible(page, "the activity of one object");
    await page.getByRole("button", { name: "Show all again" }).click();
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download as CSV" }).click(),
    ]);
    const csv = await readFile(await saved.path(), "utf8");
    assert.match(csv, /^\u{feff}When,What,Who,From,action,object\r\n/u);
    assert.match(csv, /“=formula\.txt” uploaded,key first key,127\.0\.0\.1,file\.upload,/);
    await page.getByLabel("Done by").selectOption("others");
    await page.getByText("Folder").waitFor({ state: "detached" });
    await page.getByLabel("To").fill("2020-01-01");
    await page.getByText("Nothing was done that matches").waitFor();
    await assertAccessible(page, "no activity");
    assert.deepEqual(complaints, []);
  });

  test("activity by keyboard, dark, French, 360 pixels", async () => {
    await using context = await visitor(browser, keys, server.url);
    const { page, complaints } = await open(context);
    await goTo(page, "activity");
    await page.getByText("Connexion").first().waitFor();
    await assertAccessible(page, "the activity, narrow and dark");
    await page.getByLabel("Fait par").focus();
    await page.keyboard.press("ArrowDown");
    assert.equal(await page.getByLabel("Fait par").inputValue(), "me");
    await page.getByText("Connexion").first().waitFor();
    assert.deepEqual(complaints, []);
  });

  test("the trash by mouse, light, English, 1440 pixels", async () => {
    await server.seed.file("/albums/inner/deep.txt", "deep");
    const { url } = await server.seed.file("/gone.txt", "gone");
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await open(context);
    const remove = async (name: string) => {
      await page.getByRole("row").filter({ hasText: name }).click();
      await page.getByRole("button", { name: "Remove" }).click();
      await page.getByRole("alertdialog").getByText("from the trash for 30 days").waitFor();
      await assertAccessible(page, "what says that it can be restored");
      await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
      await page.getByRole("row").filter({ hasText: name }).waitFor({ state: "detached" });
    };
    await remove("albums");
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("row").filter({ hasText: "albums" }).waitFor();
    await remove("albums");
    await remove("gone.txt");
    await page.getByRole("link", { name: "Trash" }).click();
    const entry = (name: string) => page.getByRole("table").getByRole("row").filter({ hasText: name });
    await entry("gone.txt").waitFor();
    await entry("albums/").getByText("4 B in 2 items").waitFor();
    await assertAccessible(page, "the trash");
    await entry("gone.txt").getByRole("button", { name: "Restore" }).click();
    await status(page, "“gone.txt” is back in Files");
    await entry("gone.txt").waitFor({ state: "detached" });
    assert.equal((await fetch(`${url}&e=1`)).status, 200);
    await entry("albums/").getByRole("button", { name: "Actions for albums" }).click();
    await page.getByRole("menuitem", { name: "Remove for good" }).click();
    await page.getByRole("alertdialog").getByText("This cannot be undone").waitFor();
    await assertAccessible(page, "the question before something goes for good");
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove for good" }).click();
    await page.getByRole("heading", { name: "The trash is empty" }).waitFor();
    await assertAccessible(page, "an empty trash");
    assert.deepEqual(complaints, []);
  });

  test("the trash by keyboard, dark, French, 360 pixels", async () => {
    for (const name of ["a.txt", "b.txt"]) await server.seed.file(`/${name}`, name);
    const client = new ApiClient(server, server.apiKey);
    const items = (await client.ok("/x/v1/folder/list"))["entries"] as { file_id?: string }[];
    const changes = items.flatMap(({ file_id: id }) => (id === undefined ? [] : { file_id: id, remove: 1 }));
    await client.ok("/x/v1/batch/change", { changes });
    await using context = await visitor(browser, keys, server.url);
    const { page, complaints } = await open(context);
    await goTo(page, "trash");
    await page.getByRole("button", { name: "Restaurer: b.txt" }).waitFor();
    await assertAccessible(page, "the trash, narrow and dark");
    await page.getByRole("button", { name: "Restaurer: b.txt" }).focus();
    await page.keyboard.press("Enter");
    await status(page, "« b.txt » est de retour");
    await page.getByRole("button", { name: "Vider la corbeille" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog").waitFor();
    await assertAccessible(page, "the question before the trash is emptied, narrow");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "La corbeille est vide" }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test("administration by mouse, light, English, 1440 pixels", async () => {
    const { accounts } = server.services;
    const input = { email: "guest@example.org", password: "password of a guest", planId: "premium" } as const;
    await accounts.create("operator", input);
    await server.limits.lock("key");
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await open(context);
    await page.getByRole("link", { name: "Administration" }).click();
    const users = page.getByRole("table", { name: "Users" });
    const row = users.getByRole("row").filter({ hasText: "guest@example.org" });
    await row.filter({ hasText: "Premium" }).waitFor();
    await assertAccessible(page, "the administration");
    const choose = async (what: string) => {
      await page.getByRole("button", { name: "Actions for guest@example.org" }).click();
      await page.getByRole("menuitem", { name: what }).click();
    };
    await choose("Plan and quota…");
    await page.getByRole("textbox", { name: "Quota in GiB" }).fill("much");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("A quota is a number").waitFor();
    await assertAccessible(page, "a quota that is none");
    await page.getByRole("textbox", { name: "Quota in GiB" }).fill("2");
    clock.advance(LATE_MS);
    await page.getByRole("button", { name: "Save" }).click();
    await prove(page, { title: "Is it you?", password: "Current password" }, "That is not your password.");
    await row.filter({ hasText: "of 2 GiB" }).waitFor();
    await choose("Lock…");
    await page.getByRole("alertdialog").waitFor();
    await assertAccessible(page, "the question before an account is locked");
    await page.getByRole("button", { name: "Lock account" }).click();
    await row.filter({ hasText: "locked" }).waitFor();
    assert.ok((await accounts.getByEmail("operator", input.email)).isLocked);
    await choose("Unlock");
    await row.filter({ hasText: "locked" }).waitFor({ state: "detached" });
    await page
      .getByRole("button", { name: /^Release / })
      .first()
      .click();
    await page.getByText("Nobody is locked out.").waitFor();
    await page.getByLabel("Which").selectOption("all");
    await assertAccessible(page, "all jobs");
    await page.getByRole("button", { name: "Actions for statistics" }).first().click();
    await page.getByRole("menuitem", { name: "Details" }).click();
    const job = page.getByRole("dialog", { name: "Job statistics" });
    await job.getByText("the server’s own work").waitFor();
    await assertAccessible(page, "a job");
    await page.keyboard.press("Escape");
    const settings = page.getByRole("table", { name: "Settings in force" });
    await settings.getByRole("row").filter({ hasText: "CONSIGNE_LIMITS" }).filter({ hasText: "environment" }).waitFor();
    await settings
      .getByRole("row")
      .filter({ hasText: "CONSIGNE_ADMIN_PASSWORD" })
      .filter({ hasText: "not shown" })
      .waitFor();

    await page.getByRole("button", { name: "Invite…" }).click();
    const dialog = page.getByRole("dialog", { name: "Invite somebody" });
    const invite = async (email: string) => {
      await dialog.getByLabel("E-mail address").fill(email);
      await dialog.getByRole("button", { name: "Send invitation" }).click();
    };
    await invite("nowhere");
    await dialog.getByText("This is not an e-mail address.").waitFor();
    await invite(input.email);
    await dialog.getByText("There is already an account with this address.").waitFor();
    await assertAccessible(page, "an invitation of somebody who has an account");
    await dialog.getByLabel("Plan").selectOption("access");
    await invite("invited@example.org");
    await status(page, "The invitation for invited@example.org is ready");
    const invitation = page
      .getByRole("table", { name: "Invitations" })
      .getByRole("row")
      .filter({ hasText: "invited@example.org" });
    await invitation.filter({ hasText: "open" }).filter({ hasText: "Access" }).waitFor();
    await assertAccessible(page, "an open invitation");
    await page.getByRole("button", { name: "Actions for invited@example.org" }).click();
    await page.getByRole("menuitem", { name: "Revoke" }).click();
    await invitation.filter({ hasText: "revoked" }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test("administration by keyboard, dark, French, 360 pixels", async () => {
    await using context = await visitor(browser, keys, server.url);
    const { page, complaints } = await open(context);
    await page.getByRole("button", { name: "Plus" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Administration" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("table", { name: "Utilisateurs" }).waitFor();
    await page.getByRole("table", { name: "Paramètres en vigueur" }).waitFor();
    await assertAccessible(page, "the administration, narrow and dark");
    await page.getByRole("button", { name: "Inviter…" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Inviter quelqu’un" }).waitFor();
    await page.keyboard.type("invitee@example.org");
    await assertAccessible(page, "an invitation, narrow and dark");
    await page.keyboard.press("Enter");
    await status(page, "Un message avec une invitation pour invitee@example.org est prêt");
    await page.getByRole("table", { name: "Invitations" }).getByText("invitee@example.org").waitFor();
    await page.getByLabel("Lesquelles").selectOption("all");
    await page
      .getByRole("button", { name: /statistics/ })
      .first()
      .focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Détails" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Tâche statistics" }).waitFor();
    await assertAccessible(page, "a job, narrow and dark");
    assert.deepEqual(complaints, []);
  });

  test("a session that was ended elsewhere says so", async () => {
    await using context = await visitor(browser, mouse, server.url);
    const { page } = await open(context);
    await goTo(page, "keys/new");
    await page.getByLabel("Name").fill("late");
    await context.clearCookies({ name: "SID" });
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByRole("alert").getByText("Your session has ended.").waitFor();
    await assertAccessible(page, "a session that ended");
    const [apart] = await Promise.all([
      context.waitForEvent("page"),
      page.getByRole("alert").getByRole("link", { name: "Sign in in a new window" }).click(),
    ]);
    await apart.locator("#mail").fill(server.email);
    await apart.locator("#password").fill(server.password);
    await apart.keyboard.press("Enter");
    await apart.waitForURL(`${server.url}/console/`);
    assert.equal(await page.getByLabel("Name").inputValue(), "late");
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByText("late").first().waitFor();
    await page.getByRole("alert").waitFor({ state: "detached" });
  });
});

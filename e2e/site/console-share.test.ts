import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { chromiumForPages } from "../_chromium.ts";
import { lacking } from "../_programs.ts";
import { addPerson } from "../wire/_wire.ts";
import { builtConsole } from "./_built-console.ts";
import { assertAccessible, assertCopied, focusIn, holdFrames, openConsole, releaseFrames } from "./_console.ts";
import { openChromium, visitor } from "./_pages.ts";
import { testSharedFolders } from "./pages/_shared-folders.ts";

const PASSWORD = "open sesame";
const wide = { language: "en", colorScheme: "light", width: 1440, runsScripts: true } as const;
const narrow = { language: "fr", colorScheme: "dark", width: 360, runsScripts: true } as const;

suite("sharing in the console, in Chromium", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  let built: Awaited<ReturnType<typeof builtConsole>>;
  let server: TestServer;
  let browser: Browser;

  before(async () => {
    built = await builtConsole();
    server = await startTestServer({ consoleFolder: built.folder, limits: "friendly" });
    browser = await openChromium();
    const client = new ApiClient(server, server.apiKey);
    const { id } = await server.seed.folder("/Trip [1]");
    await client.upload({ "a.txt": "first", "b.txt": "second" }, { did: String(id) });
    await client.upload({ "<b> & [c].txt": "third" });
  });
  after(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
    await built[Symbol.asyncDispose]();
  });

  testSharedFolders(() => ({ server, browser }));

  const upload = async (...names: string[]) => {
    const links = await new ApiClient(server, server.apiKey).upload(
      Object.fromEntries(names.map((name) => [name, `bytes of ${name}`])),
    );
    return links.map(({ download }) => download);
  };
  const row = (page: Page, name: string) =>
    page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });

  test("with the mouse: a folder is shared with a password and an expiry, downloaded on a stranger's phone, and used up", async () => {
    await using context = await visitor(browser, wide, server.url);
    const { page, complaints } = await openConsole(context, server);
    await row(page, "Trip [1]").click();
    await page.getByRole("toolbar").getByRole("button", { name: "Share…" }).click();
    const dialog = page.getByRole("dialog", { name: "Share “Trip [1]”" });
    await dialog.getByRole("button", { name: "Make a public page" }).click();
    await dialog.getByText(/\/dir\//).waitFor();
    await dialog.getByRole("button", { name: "Remove the public page" }).click();
    await dialog.getByText("Nobody sees this folder without a link.").waitFor();
    await assertAccessible(page, "the dialog to share a folder");

    await dialog.getByRole("button", { name: "New link" }).click();
    const form = page.getByRole("dialog", { name: "New link to “Trip [1]”" });
    await form.getByLabel("Password").fill("short");
    await form.getByLabel("Last day").fill("2020-01-01");
    await form.getByLabel("Maximum number of downloads").fill("0");
    await form.getByRole("button", { name: "Create link" }).click();
    for (const problem of ["A password has at least 6", "Choose today or a later day", "Enter a number of at least 1"])
      await form.getByText(problem).waitFor();
    await assertAccessible(page, "a link that cannot be made");
    const year = new Date().getFullYear() + 1;
    await form.getByLabel("Password").fill(PASSWORD);
    await form.getByLabel("Last day").fill(`${year}-05-31`);
    await form.getByLabel("Maximum number of downloads").fill("1");
    await form.getByLabel("Note").fill("for Ann");
    await form.getByRole("button", { name: "Create link" }).click();
    const link = dialog.getByRole("listitem");
    await link.getByText(`0 of 1 download · password · until the end of 31 May ${year}`).waitFor();
    await link.getByRole("button", { name: /^QR code/ }).click();
    const picture = link.getByRole("img");
    await picture.waitFor();
    assert.ok(await picture.evaluate(async (node) => (await (node as { decode?(): Promise<void> }).decode?.(), true)));
    await assertAccessible(page, "an additional link with its QR code");
    const url = await link.locator("code").innerText();

    await fetchAsStranger(browser, url);
    await page.reload();
    await row(page, "Trip [1]").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Share…" }).click();
    await link.getByText("used up · 1 of 1 download").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("a folder is shared with a person, who finds it and adds a file, and loses access at once when it ends", async () => {
    const ann = await addPerson(server, "ann@example.org");
    const { id } = await server.seed.folder("/Team");
    await new ApiClient(server, server.apiKey).upload({ "plan.txt": "the plan" }, { did: String(id) });
    await using context = await visitor(browser, wide, server.url);
    const { page, complaints } = await openConsole(context, server);
    await row(page, "Team").click();
    await page.getByRole("toolbar").getByRole("button", { name: "Share…" }).click();
    const people = page.getByRole("dialog").getByRole("region", { name: "People with accounts" });
    await people.getByLabel("E-mail address").fill("ann");
    await people.getByRole("button", { name: "Share", exact: true }).click();
    await people.getByText("Enter an address such as ann@example.org.").waitFor();
    await people.getByLabel("E-mail address").fill("ann@example.org");
    await people.getByLabel("What they may do").selectOption("names");
    await people.getByRole("button", { name: "Share", exact: true }).click();
    await people.getByRole("combobox", { name: "ann@example.org" }).waitFor();
    await assertAccessible(page, "people a folder is shared with");

    await using hers = await visitor(browser, narrow, server.url);
    const { page: her, complaints: herComplaints } = await openConsole(hers, { ...server, ...ann });
    await her.goto(`${server.url}/console/#/shared`);
    await her.getByRole("row").filter({ hasText: "liens masqués" }).waitFor();
    await assertAccessible(her, "folders of others, narrow and dark");
    await her.getByRole("link", { name: "Team" }).focus();
    await her.keyboard.press("Enter");
    const file = her.getByRole("row").filter({ hasText: "plan.txt" });
    await her.getByText("qui masque les liens").waitFor();
    assert.equal(await her.getByRole("button", { name: "Envoyer" }).count(), 0);
    await file.locator("[data-check]").click();
    const download = her.waitForEvent("download");
    await her.getByRole("button", { name: "Télécharger" }).click();
    assert.equal((await download).suggestedFilename(), "plan.txt");
    await assertAccessible(her, "a folder of somebody else, narrow and dark");

    await people.getByRole("combobox", { name: "ann@example.org" }).selectOption("write");
    await page.getByText("Changed for ann@example.org").first().waitFor();
    await her.reload();
    await her.getByRole("button", { name: "Nouveau dossier" }).click();
    await her.getByLabel("Nom du dossier").fill("Notes");
    await her.keyboard.press("Enter");
    await row(her, "Notes").waitFor();
    const chooser = her.waitForEvent("filechooser");
    await her.getByRole("button", { name: "Envoyer" }).click();
    await her.getByRole("menuitem", { name: "Des fichiers" }).click();
    await (await chooser).setFiles({ name: "hers.txt", mimeType: "text/plain", buffer: Buffer.from("hers") });
    await row(her, "hers.txt").waitFor();
    await row(her, "plan.txt").focus();
    await her.keyboard.press("Delete");
    const removal = her.getByRole("alertdialog");
    await removal.getByText("dans la corbeille de owner@example.org").waitFor();
    await assertAccessible(her, "the removal of what is somebody else's");
    await removal.getByRole("button", { name: "Supprimer", exact: true }).click();
    await file.waitFor({ state: "detached" });

    await holdFrames(page);
    await people.getByRole("button", { name: "Stop sharing with ann@example.org" }).click();
    await people.getByRole("listitem").waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await releaseFrames(page);
    await her.goto(`${server.url}/console/#/shared`);
    await her.getByText("Personne ne partage de dossier avec vous").waitFor();
    assert.deepEqual([complaints, herComplaints], [[], []]);
  });

  test("with the keyboard, in dark mode, French, at 360 pixels: a link is made, copied, changed, disabled and removed", async () => {
    await using context = await visitor(browser, narrow, server.url);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const { page, complaints } = await openConsole(context, server);
    const { keyboard } = page;
    const press = async (name: string | RegExp) => {
      await page.getByRole("button", { name }).last().focus();
      await keyboard.press("Enter");
    };
    const choose = async (name: string) => {
      await page.getByRole("menuitem", { name }).focus();
      await keyboard.press("Enter");
    };
    await row(page, "<b> & [c].txt").focus();
    await keyboard.press("Space");
    await page.getByRole("button", { name: "Partager…" }).waitFor();
    await assertAccessible(page, "a selected file, narrow");
    await press("Partager…");
    const dialog = page.getByRole("dialog", { name: "Partager « <b> & [c].txt »" });
    await dialog.waitFor();
    await press("Nouveau lien");
    await focusIn(page.getByLabel("Mot de passe"));
    await assertAccessible(page, "the form for a link, narrow and dark");
    // Refused by the server, with its own English text.
    await page.getByLabel("Mot de passe").fill("x".repeat(600));
    await keyboard.press("Enter");
    await page
      .getByText(/Un champ accepte au plus \d+ caractères\. Rien n’a été modifié/)
      .first()
      .waitFor();
    await assertAccessible(page, "a link that the server refuses, narrow and dark");
    await page.getByLabel("Mot de passe").fill("");
    await page.getByLabel("Mot de passe").focus();
    await keyboard.type(PASSWORD);
    await keyboard.press("Enter");
    const link = dialog.getByRole("listitem");
    await link.getByText("0 téléchargement par ce lien · mot de passe").waitFor();
    await page.getByLabel("Mot de passe").waitFor({ state: "detached" });
    await assertAccessible(page, "the dialog to share a file, narrow and dark");
    const url = await link.locator("code").innerText();

    for (const [form, copied] of [
      ["HTML", `<a href="${url}">&lt;b&gt; &amp; [c].txt</a>`],
      ["Markdown", String.raw`[\<b\> \& \[c\].txt](${url})`],
      ["BBCode", `[url=${url}]<b> & (c).txt[/url]`],
    ] as const) {
      await press(`Copier ${url}`);
      await choose(`Copier en ${form}`);
      await assertCopied(page, copied);
    }
    await press(`Actions pour ${url}`);
    await choose("Modifier…");
    await page.getByRole("checkbox", { name: "Retirer le mot de passe" }).focus();
    await keyboard.press("Space");
    await page.getByLabel("Nombre maximal de téléchargements").focus();
    await keyboard.type("3");
    await assertAccessible(page, "the form to change a link, narrow and dark");
    await keyboard.press("Enter");
    await link.getByText(/^0 sur 3 téléchargements$/).waitFor();
    await page.getByLabel("Nombre maximal de téléchargements").waitFor({ state: "detached" });
    await press(`Actions pour ${url}`);
    await choose("Désactiver");
    await link.getByText("désactivé · 0 sur 3").waitFor();
    await assertAccessible(page, "a link that is switched off, narrow and dark");
    await press(`Actions pour ${url}`);
    await choose("Supprimer…");
    await focusIn(page.getByRole("alertdialog"));
    await assertAccessible(page, "the question before a link is removed, narrow and dark");
    await holdFrames(page);
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    await link.waitFor({ state: "detached" });
    await keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await releaseFrames(page);
    await page.locator("[role=row]:focus").waitFor();
    await press("Détails");
    await page.getByRole("dialog").getByRole("button", { name: "Partager…" }).waitFor();
    await press("Partager…");
    await dialog.getByText(/^http/).waitFor();
    await focusIn(dialog);
    await keyboard.press("Escape");
    await page.locator("[role=row]:focus").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("with the mouse: a file's own link is disabled, and another one is limited to some people", async () => {
    const [url] = await upload("own.txt");
    await using context = await visitor(browser, wide, server.url);
    const { page, complaints } = await openConsole(context, server);
    await row(page, "own.txt").click();
    await page.getByRole("toolbar").getByRole("button", { name: "Share…" }).click();
    const dialog = page.getByRole("dialog", { name: "Share “own.txt”" });
    await dialog.getByRole("button", { name: `Actions for ${url}` }).click();
    await page.getByRole("menuitem", { name: "Switch off" }).click();
    await dialog.getByText("switched off").waitFor();
    assert.equal((await fetch(String(url))).status, 403);
    await assertAccessible(page, "the own link of a file, switched off");

    await dialog.getByRole("button", { name: "New link" }).click();
    const form = page.getByRole("dialog", { name: "New link to “own.txt”" });
    await form.getByLabel("Who may use it").selectOption("Only some…");
    await form.getByText("This server cannot recognise countries").waitFor();
    await form.getByRole("button", { name: "Create link" }).click();
    await form.getByText("Fill in at least one of these").waitFor();
    await form.getByLabel("Countries").fill("France");
    await form.getByLabel("Accounts").fill("friend");
    await form.getByRole("button", { name: "Create link" }).click();
    for (const problem of ["Enter two-letter codes", "Enter e-mail addresses"]) await form.getByText(problem).waitFor();
    await assertAccessible(page, "an access list that cannot be meant");
    await form.getByLabel("Countries").fill("");
    await form.getByLabel("Addresses").fill("127.0.0.0/8, 192.0.2.1");
    await form.getByLabel("Accounts").fill("friend@example.org");
    // Pressing again while the form waits for the list makes no second link.
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await page.route("**/x/v1/link/list", async (route) => {
      await released;
      await route.continue();
    });
    const listed = page.waitForRequest("**/x/v1/link/list");
    await form.getByRole("button", { name: "Create link" }).click();
    await listed;
    await form.getByRole("button", { name: "Create link" }).click();
    release();
    await form.waitFor({ state: "detached" });
    const { links } = await new ApiClient(server, server.apiKey).ok("/x/v1/link/list", { file_id: url });
    assert.equal((links as unknown[]).length, 2, "its own one and this one");
    const link = dialog.getByRole("listitem");
    await link
      .getByText("0 downloads through this link · only from 127.0.0.0/8, 192.0.2.1 · only for friend@example.org")
      .waitFor();
    await assertAccessible(page, "an additional link for some people only");
    assert.equal((await fetch(await link.locator("code").innerText())).status, 403, "nobody is signed in");
    await link.getByRole("button", { name: /^Actions for/ }).click();
    await page.getByRole("menuitem", { name: "Change…" }).click();
    const change = page.getByRole("dialog", { name: "Change the link" });
    assert.equal(await change.getByLabel("Accounts").inputValue(), "friend@example.org");
    await change.getByLabel("Who may use it").selectOption("Everybody who has the link");
    await change.getByRole("button", { name: "Save" }).click();
    await link.getByText("0 downloads through this link", { exact: true }).waitFor();
    assert.equal((await fetch(await link.locator("code").innerText())).status, 200);
    await page.keyboard.press("Escape");
    await row(page, "own.txt").getByText("Link off").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("with the mouse: several files get the same attributes, and their links are copied as HTML", async () => {
    const urls = await upload("one.txt", "two.txt");
    await using context = await visitor(browser, wide, server.url);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const { page, complaints } = await openConsole(context, server);
    await row(page, "one.txt").click();
    await row(page, "two.txt").click({ modifiers: ["Control"] });
    await page.getByRole("toolbar").getByRole("button", { name: "Attributes…" }).click();
    const dialog = page.getByRole("dialog", { name: "Attributes of 2 files" });
    await assertAccessible(page, "attributes of several files, as they open");
    await dialog.getByLabel("Password of the link").selectOption("Set a new one");
    await dialog.getByLabel("New password").fill("short");
    await dialog.getByLabel("Who may use it").selectOption("Only some…");
    await dialog.getByText(/^Only customers/).click();
    await dialog.getByLabel("In the browser").selectOption("Show the file");
    await dialog.getByLabel("Notes").selectOption("Set the same for all");
    await dialog.getByLabel("Note", { exact: true }).fill("for both");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("A password has at least 6").waitFor();
    await assertAccessible(page, "attributes of several files");
    await dialog.getByLabel("New password").fill(PASSWORD);
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("2 files changed").waitFor();
    const client = new ApiClient(server, server.apiKey);
    for (const url of urls) {
      const info = await client.ok("file/info", { url });
      assert.deepEqual(
        [info["pass"], info["acl"], info["inline"], info["description"]],
        [1, { premium: 1 }, 1, "for both"],
      );
    }
    await row(page, "two.txt").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Copy links as…" }).click();
    const copying = page.getByRole("dialog", { name: "Copy 2 links" });
    await copying.getByLabel("Format").selectOption("HTML");
    await assertAccessible(page, "links that are copied");
    await copying.getByRole("button", { name: "Copy links" }).click();
    await page.getByText("2 links copied").waitFor();
    const copied = await page.evaluate(() =>
      (
        globalThis as unknown as { navigator: { clipboard: { readText(): Promise<string> } } }
      ).navigator.clipboard.readText(),
    );
    const names = ["one.txt", "two.txt"];
    assert.deepEqual(
      copied.split("\n").toSorted(),
      urls.map((url, at) => `<a href="${url}">${names[at]}</a>`).toSorted(),
    );
    assert.deepEqual(complaints, []);
  });

  test("with the keyboard, in dark mode, French, at 360 pixels: a file's attributes are changed", async () => {
    const [url] = await upload("attributs.txt");
    const client = new ApiClient(server, server.apiKey);
    await client.ok("file/chattr", { urls: [url], description: "avant", acl: { ip: ["192.0.2.1"] } });
    await using context = await visitor(browser, narrow, server.url);
    const { page, complaints } = await openConsole(context, server);
    const { keyboard } = page;
    await row(page, "attributs.txt").focus();
    await keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: "Attributs…" }).focus();
    await keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Attributs de « attributs.txt »" });
    await dialog.getByLabel("Note").waitFor();
    assert.deepEqual(
      [await dialog.getByLabel("Note").inputValue(), await dialog.getByLabel("Adresses").inputValue()],
      ["avant", "192.0.2.1"],
    );
    await assertAccessible(page, "attributes of a file, narrow and dark");
    await dialog.getByLabel("Qui peut l’utiliser").focus();
    await keyboard.press("ArrowUp");
    await dialog.getByLabel("Adresses").waitFor({ state: "detached" });
    await dialog.getByLabel("Note").focus();
    await keyboard.press("Control+A");
    await keyboard.type("après");
    await keyboard.press("Enter");
    await page.getByText("« attributs.txt » modifié").waitFor();
    await page.locator("[role=row]:focus").waitFor();
    const info = await client.ok("file/info", { url });
    assert.deepEqual([info["description"], "acl" in info], ["après", false]);
    assert.deepEqual(complaints, []);
  });
});

/** Without an account and without scripts, 360 pixels wide: one file, all of them, and once more in vain. */
async function fetchAsStranger(browser: Browser, url: string): Promise<void> {
  await using context = await visitor(browser, { ...wide, width: 360, runsScripts: false }, url);
  const page = await context.newPage();
  await page.goto(url);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "a.txt" }).waitFor();
  const list = page.url();
  await page.getByRole("link", { name: "a.txt" }).click();
  await page.waitForURL((shown) => shown.href !== list);
  await page.getByText("a.txt").first().waitFor();
  // The browser keeps that the password was right.
  await page.goBack();
  const [archive] = await Promise.all([page.waitForEvent("download"), page.getByText("All as one zip file").click()]);
  assert.equal(await archive.failure(), null);
  assert.match(archive.suggestedFilename(), /\.zip$/);
  await page.goto(url);
  await page.getByText("This link has reached its download limit").waitFor();
}

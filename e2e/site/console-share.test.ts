import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { buildConsole } from "@consigne/console/build";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { chromiumForPages } from "../_chromium.ts";
import { lacking } from "../_programs.ts";
import { assertAccessible, openConsole } from "./_console.ts";
import { openChromium, visitor } from "./_pages.ts";

const PASSWORD = "open sesame";
const wide = { language: "en", colorScheme: "light", width: 1440, runsScripts: true } as const;
const narrow = { language: "fr", colorScheme: "dark", width: 360, runsScripts: true } as const;

suite("sharing in the console, in Chromium", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  let parent: string;
  let server: TestServer;
  let browser: Browser;

  before(async () => {
    parent = await mkdtemp(join(tmpdir(), "consigne-console-"));
    const consoleFolder = join(parent, "dist");
    await buildConsole(consoleFolder);
    server = await startTestServer({ consoleFolder, limits: "friendly" });
    browser = await openChromium();
    const client = new ApiClient(server, server.apiKey);
    const { id } = await server.seed.folder("/Trip [1]");
    await client.upload({ "a.txt": "first", "b.txt": "second" }, { did: String(id) });
    await client.upload({ "<b> & [c].txt": "third" });
  });
  after(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
    await rm(parent, { recursive: true });
  });

  const row = (page: Page, name: string) =>
    page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });

  test("by mouse: a folder with password and end is shared, fetched by a stranger on a phone, and used up", async () => {
    await using context = await visitor(browser, wide, server.url);
    const { page, complaints } = await openConsole(context, server);
    await row(page, "Trip [1]").click();
    await page.getByRole("toolbar").getByRole("button", { name: "Share…" }).click();
    const dialog = page.getByRole("dialog", { name: "Share “Trip [1]”" });
    await dialog.getByRole("button", { name: "Make a public page" }).click();
    await dialog.getByText(/\/dir\//).waitFor();
    await dialog.getByRole("button", { name: "Take the public page away" }).click();
    await dialog.getByText("Nobody sees this folder without a link.").waitFor();
    await assertAccessible(page, "the dialog to share a folder");

    await dialog.getByRole("button", { name: "New link" }).click();
    const form = page.getByRole("dialog", { name: "New link to “Trip [1]”" });
    await form.getByLabel("Password").fill("short");
    await form.getByLabel("Last day").fill("2020-01-01");
    await form.getByLabel("Most downloads").fill("0");
    await form.getByRole("button", { name: "Create link" }).click();
    for (const problem of ["A password has at least 6", "Choose today or a later day", "Write a number from 1"])
      await form.getByText(problem).waitFor();
    await assertAccessible(page, "a link that cannot be made");
    const year = new Date().getFullYear() + 1;
    await form.getByLabel("Password").fill(PASSWORD);
    await form.getByLabel("Last day").fill(`${year}-05-31`);
    await form.getByLabel("Most downloads").fill("1");
    await form.getByLabel("Note").fill("for Ann");
    await form.getByRole("button", { name: "Create link" }).click();
    const link = dialog.getByRole("listitem");
    await link.getByText(`0 of 1 download · password · ends 1 Jun ${year}`).waitFor();
    await link.getByRole("button", { name: /^QR code/ }).click();
    const picture = link.getByRole("img");
    await picture.waitFor();
    assert.ok(await picture.evaluate(async (node) => (await (node as { decode?(): Promise<void> }).decode?.(), true)));
    await assertAccessible(page, "a further link with its QR code");
    const url = await link.locator("code").innerText();

    await fetchAsStranger(browser, url);
    await page.reload();
    await row(page, "Trip [1]").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Share…" }).click();
    await link.getByText("used up · 1 of 1 download").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("by keyboard, dark, French, 360 pixels: a link is made, copied, changed, switched off and removed", async () => {
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
    await page.getByLabel("Mot de passe").waitFor();
    await assertAccessible(page, "the form for a link, narrow and dark");
    await keyboard.type(PASSWORD);
    await keyboard.press("Enter");
    const link = dialog.getByRole("listitem");
    await link.getByText("0 téléchargement · mot de passe").waitFor();
    await assertAccessible(page, "the dialog to share a file, narrow and dark");
    const url = await link.locator("code").innerText();

    for (const [form, copied] of [
      ["HTML", `<a href="${url}">&lt;b&gt; &amp; [c].txt</a>`],
      ["Markdown", String.raw`[\<b\> \& \[c\].txt](${url})`],
      ["BBCode", `[url=${url}]<b> & (c).txt[/url]`],
    ] as const) {
      await press(`Copier ${url}`);
      await choose(`Copier en ${form}`);
      await page.getByText("Copié").first().waitFor();
      assert.equal(
        await page.evaluate(() =>
          (
            globalThis as unknown as { navigator: { clipboard: { readText(): Promise<string> } } }
          ).navigator.clipboard.readText(),
        ),
        copied,
      );
    }
    await press(`Actions pour ${url}`);
    await choose("Modifier…");
    await page.getByRole("checkbox", { name: "Retirer le mot de passe" }).focus();
    await keyboard.press("Space");
    await page.getByLabel("Téléchargements au plus").focus();
    await keyboard.type("3");
    await assertAccessible(page, "the form to change a link, narrow and dark");
    await keyboard.press("Enter");
    await link.getByText(/^0 sur 3 téléchargements$/).waitFor();
    await press(`Actions pour ${url}`);
    await choose("Désactiver");
    await link.getByText("désactivé · 0 sur 3").waitFor();
    await assertAccessible(page, "a link that is switched off, narrow and dark");
    await press(`Actions pour ${url}`);
    await choose("Supprimer…");
    await page.getByRole("alertdialog").waitFor();
    await assertAccessible(page, "the question before a link is removed, narrow and dark");
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    await link.waitFor({ state: "detached" });
    await keyboard.press("Escape");
    await page.locator("[role=row]:focus").waitFor();
    await press("Détails");
    await page.getByRole("dialog").getByRole("button", { name: "Partager…" }).waitFor();
    await press("Partager…");
    await dialog.getByText(/^http/).waitFor();
    await keyboard.press("Escape");
    await page.locator("[role=row]:focus").waitFor();
    assert.deepEqual(complaints, []);
  });
});

/** Without an account and without scripts, 360 pixels wide: one file, all of them, and once more in vain. */
async function fetchAsStranger(browser: Browser, url: string): Promise<void> {
  await using context = await visitor(browser, { ...wide, width: 360, runsScripts: false }, url);
  const page = await context.newPage();
  const open = async () => {
    await page.goto(url);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "a.txt" }).waitFor();
  };
  await open();
  await page.getByRole("link", { name: "a.txt" }).click();
  await page.getByText("a.txt").first().waitFor();
  await open();
  const [archive] = await Promise.all([page.waitForEvent("download"), page.getByText("All as one zip file").click()]);
  assert.equal(await archive.failure(), null);
  assert.match(archive.suggestedFilename(), /\.zip$/);
  await page.goto(url);
  await page.getByText("This link has been used as often as it may be").waitFor();
}

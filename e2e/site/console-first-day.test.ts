import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { chromiumForPages } from "../_chromium.ts";
import { lacking } from "../_programs.ts";
import { assertAccessible, openConsole } from "./_console.ts";
import { ConsoleSite } from "./_console-site.ts";
import { visitor } from "./_pages.ts";

const wide = { language: "en", colorScheme: "light", width: 1440, runsScripts: true } as const;
const narrow = { language: "fr", colorScheme: "dark", width: 360, runsScripts: true } as const;

suite("the administration of a new server, in Chromium", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  const site = new ConsoleSite();
  before(() => site.start());
  after(() => site.stop());

  test("says how to upload the first files and how to create a key", async () => {
    await using context = await visitor(site.browser, wide, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await site.goTo(page, "admin");
    await page.getByText("Nothing has been uploaded yet.").waitFor();
    assert.equal(await page.getByText("0 files of").count(), 0);
    await assertAccessible(page, "the administration of a new server");
    await page.getByRole("link", { name: "Create an API key" }).click();
    await page.getByRole("heading", { level: 1, name: "New key" }).waitFor();
    await page.goBack();
    await page.getByRole("link", { name: "Upload files" }).click();
    await page.getByRole("heading", { name: "This folder is empty" }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test("says it in French, on a phone, with the keyboard", async () => {
    await using context = await visitor(site.browser, narrow, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await site.goTo(page, "admin");
    await page.getByText("Rien n’a encore été envoyé.").waitFor();
    await assertAccessible(page, "the administration of a new server, narrow and dark");
    await page.getByRole("link", { name: "Créer une clé d’API" }).press("Enter");
    await page.waitForURL(`${site.server.url}/console/#/keys/new`);
    assert.deepEqual(complaints, []);
  });
});

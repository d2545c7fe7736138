import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { Page } from "playwright-core";
import { StoredBytes } from "@consigne/blobs-fs/testing";
import { VirtualClock } from "@consigne/testkit";
import { chromiumForPages } from "../_chromium.ts";
import { lacking } from "../_programs.ts";
import { assertAccessible, focusIn, openConsole } from "./_console.ts";
import { ConsoleSite } from "./_console-site.ts";
import { visitor } from "./_pages.ts";

const wide = { language: "en", colorScheme: "light", width: 1440, runsScripts: true } as const;
const narrow = { language: "fr", colorScheme: "dark", width: 360, runsScripts: true } as const;

const LATE_MS = 10 * 60_000 + 1;
/** Reading a content takes a minute, so a check is in progress for as long as these tests look at it. */
const settings = { CONSIGNE_SCRUB_EVERY_DAYS: "0", CONSIGNE_SCRUB_BYTES_PER_SECOND: "1000" };

suite("the administration of the storage, in Chromium", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  const clock = new VirtualClock(new Date(Date.now() + 60_000));
  const site = new ConsoleSite();
  before(async () => {
    await site.start({ settings, clock });
    const { seed, services } = site.server;
    await seed.file("/notes.txt", "some notes");
    await seed.file("/plan.txt", "a plan");
    await services.bytesCollection.run();
  });
  after(() => site.stop());

  const interrupt = async () => {
    const { jobs } = site.server.services;
    for (const { id } of await jobs.list("operator", { kind: "scrub" })) await jobs.cancel("operator", id);
  };
  const shown = async (page: Page, title: string) => {
    const part = page.getByRole("region", { name: title });
    await part.scrollIntoViewIfNeeded();
    return part;
  };

  test("shows damage, and starts a check with the mouse", async () => {
    using stored = new StoredBytes(join(site.server.dataDir, "bytes"));
    for (const key of stored.keys()) stored.replace(key, "changed");
    await site.server.services.storageCheck.run({ repair: false, isDeep: true });
    await using context = await visitor(site.browser, wide, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await page.getByRole("row").filter({ hasText: "notes.txt" }).click();
    await page.getByRole("button", { name: "Details" }).click();
    const details = page.getByRole("complementary", { name: "Details" });
    await details.getByText("To repair it, upload the same file again").waitFor();
    await assertAccessible(page, "the details of a damaged file");
    await page.getByRole("button", { name: "Download", exact: true }).click();
    await page
      .getByText("The stored data of this file is damaged. Uploading the same file again repairs it.")
      .waitFor();
    await site.goTo(page, "admin");
    const storage = await shown(page, "Storage");
    await storage.getByText("2 file contents").waitFor();
    await storage.getByText("consigne-server fsck lists them and their owners").waitFor();
    await assertAccessible(page, "damaged contents in the storage");
    clock.advance(LATE_MS);
    await storage.getByRole("button", { name: "Check now…" }).click();
    const dialog = page.getByRole("dialog", { name: "Check the storage now?" });
    await assertAccessible(page, "the question before the storage is checked");
    await dialog.getByRole("button", { name: "Start check" }).click();
    const proof = page.getByRole("dialog", { name: "Is it you?" });
    await proof.getByLabel("Current password").fill(site.server.password);
    await page.keyboard.press("Enter");
    await site.status(page, "The storage check has started");
    await dialog.waitFor({ state: "detached" });
    await storage.getByRole("progressbar", { name: "Progress of the storage check" }).waitFor();
    await storage.getByText("0 of 2 file contents").waitFor();
    assert.equal(await storage.getByRole("button").count(), 0);
    await shown(page, "Storage");
    await assertAccessible(page, "a storage check in progress");
    // The page follows the check.
    await interrupt();
    await storage.getByText("It was interrupted").waitFor();
    await storage.getByRole("button", { name: "Check now…" }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test("continues an interrupted check with the keyboard, in French, on a phone", async () => {
    await using context = await visitor(site.browser, narrow, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await site.goTo(page, "admin");
    const storage = await shown(page, "Stockage");
    await storage.getByText("Elle a été interrompue").waitFor();
    await assertAccessible(page, "an interrupted storage check, narrow and dark");
    await storage.getByRole("button", { name: "Vérifier maintenant…" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Vérifier le stockage maintenant" });
    await focusIn(dialog);
    await assertAccessible(page, "the question before the storage is checked, narrow and dark");
    await dialog.getByRole("button", { name: "Lancer la vérification" }).press("Enter");
    await site.status(page, "La vérification du stockage est lancée");
    await storage.getByText("Elle a été interrompue").waitFor({ state: "detached" });
    await storage.getByRole("progressbar").waitFor();
    // The button is gone, and its part of the page has the focus.
    await focusIn(storage);
    await assertAccessible(page, "a storage check that continues, narrow and dark");
    assert.deepEqual(complaints, []);
  });
});

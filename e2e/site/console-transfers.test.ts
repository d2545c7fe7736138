import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { Browser, BrowserContext, Page, Route } from "playwright-core";
import { buildConsole } from "@consigne/console/build";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { chromiumForPages } from "../_chromium.ts";
import { lacking } from "../_programs.ts";
import { assertAccessible, focusIn, openConsole } from "./_console.ts";
import { Elsewhere } from "./_elsewhere.ts";
import { openChromium, visitor } from "./_pages.ts";
import { dropAt, makeTrip } from "./_trip.ts";

const mouse = { language: "en", colorScheme: "light", width: 1440, runsScripts: true } as const;
const keys = { language: "fr", colorScheme: "dark", width: 360, runsScripts: true } as const;
/** For 200 requests, on a busy machine. */
const longWait = { timeout: 300_000 };

suite("transfers in the console in Chromium", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  let parent: string;
  let server: TestServer;
  let browser: Browser;
  let elsewhere: Elsewhere;

  before(async () => {
    parent = await mkdtemp(join(tmpdir(), "consigne-console-transfers-"));
    const consoleFolder = join(parent, "dist");
    await buildConsole(consoleFolder);
    const settings = { CONSIGNE_REMOTE_ALLOW: "127.0.0.0/8" };
    server = await startTestServer({ consoleFolder, limits: "friendly", settings });
    elsewhere = await Elsewhere.open();
    browser = await openChromium();
  });
  after(async () => {
    await browser.close();
    await elsewhere[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await rm(parent, { recursive: true });
  });

  const status = (page: Page, text: string) => page.getByRole("status").filter({ hasText: text }).last().waitFor();
  const row = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text });
  const namesIn = async (folderId: number) => {
    const listed = await new ApiClient(server, server.apiKey).ok("file/ls", { folder_id: folderId });
    return (listed["items"] as { filename: string }[]).map(({ filename }) => filename).toSorted();
  };

  test("fetches three URLs and retries the one that fails, with the mouse, in light mode, English, at 1440 pixels", async () => {
    elsewhere.stop();
    const { id } = await server.seed.folder("/fetched");
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, server);
    await page.getByRole("link", { name: "Transfers" }).click();
    await page.getByText("Nothing has been fetched yet.").waitFor();
    await assertAccessible(page, "no transfers");
    await page.getByRole("button", { name: "Add URLs…" }).click();
    const dialog = page.getByRole("dialog", { name: "Fetch files from URLs" });
    const fetchAll = dialog.getByRole("button", { name: "Fetch", exact: true });
    await fetchAll.click();
    await dialog.getByText("Enter at least one URL.").waitFor();
    await dialog.getByLabel("URLs, one per line").fill("https://example.org/a\nnot a URL");
    await fetchAll.click();
    await dialog.getByText("Line 2 is not an http, https or ftp URL.").waitFor();
    await assertAccessible(page, "an invalid URL");
    await dialog.getByLabel("URLs, one per line").fill(elsewhere.addresses("mouse").join("\n"));
    await dialog.getByLabel("Folder").fill("nowhere");
    await fetchAll.click();
    await dialog.getByText("There is no such folder.").waitFor();
    await dialog.getByLabel("Folder").fill("fetched");
    await fetchAll.click();
    await status(page, "3 URLs added");
    await row(page, "ready.bin").filter({ hasText: "Arrived, 2.9 MiB" }).waitFor();
    await row(page, "slow.bin").filter({ hasText: "977 KiB of 2.9 MiB" }).getByRole("progressbar").waitFor();
    await row(page, "late.bin").filter({ hasText: "Failed" }).filter({ hasText: "answered 404" }).waitFor();
    await assertAccessible(page, "one that arrived, one under way, one that failed");
    const group = page.getByRole("region", { name: /^3 URLs/ });
    await group.getByText("1 of 3 arrived, 1 failed").waitFor();

    elsewhere.goOn();
    await row(page, "slow.bin").filter({ hasText: "Arrived" }).waitFor();
    await page.getByRole("button", { name: /^Try .*late\.bin again$/ }).click();
    await row(page, "late.bin").filter({ hasText: "Arrived" }).waitFor();
    await group.getByText("3 of 3 arrived").waitFor();
    await page.getByRole("button", { name: "Copy the link of late.bin" }).waitFor();
    assert.deepEqual(await namesIn(id), ["late.bin", "ready.bin", "slow.bin"], "each once");
    await assertAccessible(page, "all arrived");

    await group.getByRole("button", { name: /^Actions for 3 URLs/ }).click();
    await page.getByRole("menuitem", { name: "Remove from the list" }).click();
    await status(page, "files that arrived stay");
    await page.getByText("Nothing has been fetched yet.").waitFor();
    assert.deepEqual(await namesIn(id), ["late.bin", "ready.bin", "slow.bin"]);
    assert.deepEqual(complaints, []);
  });

  test("fetches three URLs and retries the one that fails, with the keyboard, in dark mode, French, at 360 pixels", async () => {
    elsewhere.stop();
    const { id } = await server.seed.folder("/récupérés");
    await using context = await visitor(browser, keys, server.url);
    const { page, complaints } = await openConsole(context, server);
    const { keyboard } = page;
    await page.getByRole("link", { name: "Transferts" }).focus();
    await keyboard.press("Enter");
    await page.getByRole("button", { name: "Ajouter des URL…" }).focus();
    await assertAccessible(page, "no transfers, narrow and dark");
    await keyboard.press("Enter");
    await focusIn(page.getByRole("dialog", { name: "Récupérer des fichiers par URL" }));
    for (const address of elsewhere.addresses("keys")) {
      await keyboard.type(address);
      await keyboard.press("Enter");
    }
    await keyboard.press("Tab");
    await keyboard.type("/récupérés");
    await assertAccessible(page, "the URLs, narrow and dark");
    await keyboard.press("Enter");
    await status(page, "3 URL ajoutées");
    await row(page, "ready.bin").filter({ hasText: "Arrivé, 2,9 Mio" }).waitFor();
    await row(page, "slow.bin").filter({ hasText: "977 Kio sur 2,9 Mio" }).waitFor();
    await row(page, "late.bin").filter({ hasText: "Échec" }).filter({ hasText: "a répondu 404" }).waitFor();
    await assertAccessible(page, "one that arrived, one under way, one that failed, narrow and dark");
    await page.getByRole("button", { name: /^Annuler .*slow\.bin$/ }).focus();
    await keyboard.press("Enter");
    await row(page, "slow.bin").filter({ hasText: "Annulé" }).waitFor();
    elsewhere.goOn();
    await page.getByRole("button", { name: /^Actions pour 3 URL/ }).focus();
    await keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Réessayer les échecs" }).focus();
    await keyboard.press("Enter");
    await page.getByText("3 sur 3 arrivés").waitFor();
    assert.deepEqual(await namesIn(id), ["late.bin", "ready.bin", "slow.bin"], "each once");
    await assertAccessible(page, "all arrived, narrow and dark");
    assert.deepEqual(complaints, []);
  });

  test("imports a folder from another server after a preview and retries failures, with the mouse, in light mode, English, at 1440 pixels", async () => {
    await using source = await startTestServer();
    await source.seed.file("/house/cellar/wine.txt", Buffer.from("red"));
    await source.seed.file("/house/roof.txt", Buffer.from("tiles"));
    const { id: refused } = await source.seed.file("/house/cellar/safe.txt", Buffer.from("gold"));
    await source.services.contentBlocks.block("operator", refused, "");
    await server.seed.folder("/moved");
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, server);
    await page.getByRole("link", { name: "Transfers" }).click();
    await page.getByText("To move a folder here from 1fichier.com").waitFor();
    const begin = page.getByRole("button", { name: "Import…" });
    await begin.click();
    const dialog = page.getByRole("dialog", { name: "Import from elsewhere" });
    const start = dialog.getByRole("button", { name: "Import", exact: true });
    await dialog.getByLabel("API of the server").fill("not a URL");
    await start.click();
    await dialog.getByText("This is not an http or https URL.").waitFor();
    await dialog.getByText("Enter the API key.").waitFor();
    await assertAccessible(page, "an import that lacks its key");
    const fill = async (isPlan: boolean) => {
      await dialog.getByLabel("API of the server").fill(source.url);
      await dialog.getByLabel("API key of your account there").fill(source.apiKey);
      await dialog.getByLabel("Folder there").fill("/house");
      await dialog.getByRole("textbox", { name: "Folder", exact: true }).fill("moved");
      if (isPlan) await dialog.getByText("Only show what would be fetched").click();
      await start.click();
      await status(page, "The import has started");
    };
    await fill(true);
    const planned = row(page, "Planned, nothing was fetched");
    await planned.filter({ hasText: "3 to fetch (12 B)" }).waitFor();
    assert.deepEqual((await listAt(new ApiClient(server, server.apiKey), "/moved")).sub_folders, []);
    await begin.click();
    await fill(false);
    const done = row(page, "Done");
    await done.filter({ hasText: "2 files arrived (8 B), 1 failed" }).waitFor();
    await assertAccessible(page, "an import that is done but for one file");
    const act = async (action: string) => {
      await done.getByRole("button", { name: /^Actions for/ }).click();
      await page.getByRole("menuitem", { name: action }).click();
    };
    await act("Details");
    const details = page.getByRole("dialog", { name: /^Import of .*\/house$/ });
    await details.getByText("cellar/safe.txt").waitFor();
    await details.getByText("The source says: The operator of this server has blocked this file #595").waitFor();
    await assertAccessible(page, "the details of an import");
    await details.getByText("Close", { exact: true }).click();

    await source.services.contentBlocks.unblock("operator", refused);
    await act("Try again…");
    const again = page.getByRole("dialog", { name: /^Try .* again$/ });
    await assertAccessible(page, "an import is to be tried again");
    await again.getByLabel("API key of your account there").fill(source.apiKey);
    await again.getByRole("button", { name: "Try again" }).click();
    await done.filter({ hasText: "3 files arrived (12 B)" }).waitFor();
    await act("Remove from the list");
    await status(page, "files that arrived stay");
    await done.waitFor({ state: "detached" });
    const moved = await listAt(new ApiClient(server, server.apiKey), "/moved/cellar");
    assert.deepEqual(await namesIn(moved.folder_id), ["safe.txt", "wine.txt"]);

    await begin.click();
    await dialog.getByLabel("From").selectOption("links");
    await dialog.getByLabel("API of the server").fill(source.url);
    await dialog.getByLabel("API key of your account there").fill(source.apiKey);
    const links = dialog.getByLabel("Links of files, one per line");
    await links.fill(`${source.url}/?${refused}\nftp://example.org/a`);
    await start.click();
    await dialog.getByText("Line 2 is not an http or https URL.").waitFor();
    await assertAccessible(page, "an import of links, one of which is none");
    await links.fill(`${source.url}/?${refused}`);
    await dialog.getByRole("textbox", { name: "Folder", exact: true }).fill("moved");
    await start.click();
    await row(page, "Single links").filter({ hasText: "1 file arrived (4 B)" }).waitFor();
    const { folder_id: here } = await listAt(new ApiClient(server, server.apiKey), "/moved");
    assert.deepEqual(await namesIn(here), ["roof.txt", "safe.txt"]);
    assert.deepEqual(complaints, []);
  });

  test("imports a directory listing, cancels and restarts it, with the keyboard, in dark mode, French, at 360 pixels", async () => {
    elsewhere.stop();
    const { id } = await server.seed.folder("/déménagé");
    await using context = await visitor(browser, keys, server.url);
    const { page, complaints } = await openConsole(context, server);
    const { keyboard } = page;
    await page.getByRole("link", { name: "Transferts" }).focus();
    await keyboard.press("Enter");
    await page.getByRole("button", { name: "Importer…" }).focus();
    await keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Importer d’ailleurs" });
    await dialog.getByLabel("Depuis").selectOption("index");
    await dialog.getByLabel("URL de la liste").focus();
    await keyboard.type(elsewhere.listing("maison"));
    await keyboard.press("Tab");
    await keyboard.type("/déménagé");
    await assertAccessible(page, "an import of a listing, narrow and dark");
    await keyboard.press("Enter");
    await status(page, "L’importation a commencé");
    const about = row(page, "/maison/");
    await about.filter({ hasText: "Récupération des fichiers" }).getByRole("progressbar").waitFor();
    await about.filter({ hasText: "1 fichier arrivé" }).waitFor();
    await assertAccessible(page, "an import under way, narrow and dark");
    const act = async (action: string) => {
      await about.getByRole("button", { name: /^Actions pour/ }).focus();
      await keyboard.press("Enter");
      await page.getByRole("menuitem", { name: action }).focus();
      await keyboard.press("Enter");
    };
    await act("Annuler");
    await about.filter({ hasText: "Annulé" }).waitFor();
    elsewhere.goOn();
    await act("Réessayer…");
    await page.getByRole("dialog", { name: /^Réessayer/ }).waitFor();
    await assertAccessible(page, "an import is to be tried again, narrow and dark");
    await page.getByRole("button", { name: "Réessayer", exact: true }).focus();
    await keyboard.press("Enter");
    await about.filter({ hasText: "3 fichiers arrivés" }).filter({ hasText: "Terminé" }).waitFor();
    assert.deepEqual(await namesIn(id), ["late.bin", "ready.bin", "slow.bin"], "each once");
    await assertAccessible(page, "an import that is done, narrow and dark");
    assert.deepEqual(complaints, []);
  });

  /** Names and contents here, once each. */
  const assertWhole = async (name: string) => {
    const api = new ApiClient(server, server.apiKey);
    const { sub_folders: days } = await listAt(api, `/${name}`);
    assert.deepEqual(
      days.map((day) => day.name).toSorted(),
      Array.from({ length: 10 }, (_, at) => `day ${at}`),
    );
    for (const { id } of days) {
      const names = await namesIn(id);
      assert.deepEqual(names, Array.from({ length: 20 }, (_, at) => `picture ${at}.jpg`).toSorted());
    }
  };

  test("uploads 200 files in folders over an unstable network, with the mouse, in light mode, English, at 1440 pixels", async () => {
    const trip = await makeTrip(parent, "trip");
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, server);
    await page.getByRole("button", { name: "Upload", exact: true }).waitFor();
    const goOn = await holdAfterOne(context);
    await dropAt(page, trip);
    const bar = page.getByRole("region", { name: "Uploads" });
    await bar
      .getByText(/^[1-9]\d* of 200 files/)
      .first()
      .waitFor();
    await context.setOffline(true);
    await goOn();
    await bar.getByText("No connection to the server; the upload continues by itself").first().waitFor();
    await assertAccessible(page, "uploads without a network");
    await bar.getByRole("button", { name: "Pause" }).click();
    await bar
      .getByText(/^Paused/)
      .first()
      .waitFor();
    await context.setOffline(false);
    await bar.getByRole("button", { name: "Show uploads" }).click();
    await assertAccessible(page, "uploads that are paused");
    await bar.getByRole("button", { name: "Resume" }).click();
    await bar.getByText("200 files uploaded").first().waitFor(longWait);
    await assertWhole("trip");
    await assertAccessible(page, "uploads that are done");
    assert.deepEqual(complaints, []);
  });

  test("uploads 200 files in folders although the page is reloaded, with the keyboard, in dark mode, French, at 360 pixels", async () => {
    const trip = await makeTrip(parent, "voyage");
    await using context = await visitor(browser, keys, server.url);
    const { page, complaints } = await openConsole(context, server);
    const { keyboard } = page;
    page.on("filechooser", (chooser) => void chooser.setFiles(trip));
    const choose = async () => {
      await page.getByRole("button", { name: "Envoyer", exact: true }).focus();
      await keyboard.press("Enter");
      await page.getByRole("menuitem", { name: "Un dossier…" }).focus();
      await keyboard.press("Enter");
    };
    const goOn = await holdAfterOne(context);
    await choose();
    const bar = page.getByRole("region", { name: "Envois" });
    await bar
      .getByText(/^[1-9]\d* sur 200 fichiers/)
      .first()
      .waitFor();
    await bar.getByRole("button", { name: "Mettre en pause" }).focus();
    await keyboard.press("Enter");
    await bar
      .getByText(/^En pause/)
      .first()
      .waitFor();
    await goOn();
    await assertAccessible(page, "uploads that are paused, narrow and dark");
    // The browser asks before it leaves.
    const asked = page.waitForEvent("dialog");
    const left = page.reload();
    await (await asked).accept();
    await left;
    await bar
      .getByText(/^\d+ fichiers ne sont pas arrivés/)
      .first()
      .waitFor();
    await bar.getByRole("button", { name: "Afficher les fichiers qui manquent" }).focus();
    await keyboard.press("Enter");
    await bar
      .getByRole("listitem")
      .filter({ hasText: /voyage\/day \d\/picture \d+\.jpg/ })
      .first()
      .waitFor();
    await assertAccessible(page, "what had not arrived, narrow and dark");
    await choose();
    const taken = page.getByRole("dialog", { name: /existe déjà/ });
    await focusIn(taken);
    // Files that arrived before are left alone, unless the user decides otherwise.
    await taken.getByText("Une partie de cet envoi est arrivée avant l’interruption.").waitFor();
    await assertAccessible(page, "names that are taken by what had arrived, narrow and dark");
    await keyboard.press("Tab");
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    await bar
      .getByText(/^\d+ fichiers envoyés, \d+ ignorés/)
      .first()
      .waitFor(longWait);
    await assertWhole("voyage");
    assert.deepEqual(complaints, []);
  });
});

/** One request with small files goes through; others are held until released. */
async function holdAfterOne(context: BrowserContext): Promise<() => Promise<void>> {
  const batches = /\/x\/v1\/batch/;
  const { promise: mayGoOn, resolve } = Promise.withResolvers<void>();
  let count = 0;
  const hold = async (route: Route) => {
    if (++count > 1) await mayGoOn;
    // Nobody waits for those that were given up meanwhile.
    await route.continue().catch(() => undefined);
  };
  await context.route(batches, hold);
  return async () => {
    resolve();
    await context.unroute(batches, hold);
  };
}

interface Listed {
  folder_id: number;
  sub_folders: { id: number; name: string }[];
}

async function listAt(api: ApiClient, path: string): Promise<Listed> {
  const { folder_id: id } = await api.ok("/x/v1/folder/list", { path });
  return { ...(await api.ok("folder/ls", { folder_id: id })), folder_id: id } as unknown as Listed;
}

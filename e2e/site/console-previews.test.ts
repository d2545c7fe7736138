import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { chromiumForPages } from "../_chromium.ts";
import { freePort } from "../_free-port.ts";
import { png } from "../_pictures.ts";
import { lacking } from "../_programs.ts";
import { builtConsole } from "./_built-console.ts";
import { assertAccessible, focusIn, openConsole } from "./_console.ts";
import { ConsoleSite } from "./_console-site.ts";
import { visitor } from "./_pages.ts";
import { testTiles } from "./pages/_tiles.ts";

const mouse = { language: "en", colorScheme: "light", width: 1440, runsScripts: true } as const;
const keys = { language: "fr", colorScheme: "dark", width: 360, runsScripts: true } as const;

suite("thumbnails and the viewer in Chromium", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  const site = new ConsoleSite();
  before(() => site.start());
  after(() => site.stop());

  testTiles(site);

  const focused = (page: Page) => page.locator("[role=row]:focus");
  /** Pictures, text and PDF in a folder `shown`. */
  const seedShown = async (where: TestServer) => {
    const client = new ApiClient(where, where.apiKey);
    const { folder_id: folder } = await client.ok("folder/mkdir", { name: "shown", folder_id: 0 });
    const files = {
      "a.png": png(400, 200, [30, 120, 200]),
      "b.html": "<script>document.title = 'ran'</script>été",
      "c.pdf": "%PDF-1.4",
      "d.bin": "x",
      "e.png": "no picture",
    };
    await client.upload(files, { did: String(folder) });
    return Number(folder);
  };
  /** Once somebody has requested it, as the list does. */
  const thumbnailMade = async (where: TestServer, folder: number) => {
    const client = new ApiClient(where, where.apiKey);
    const { entries } = await client.ok("/x/v1/folder/list", { folder_id: folder, thumbnails: 1 });
    const url = (entries as { thumbnail?: string }[]).find(({ thumbnail }) => thumbnail !== undefined)?.thumbnail ?? "";
    while ((await fetch(url)).status === 202) await sleep(50);
  };
  const isLoaded = (page: Page, selector: string) =>
    page.waitForFunction((sought) => {
      const { document } = globalThis as unknown as {
        document: { querySelector(selector: string): { naturalWidth: number } | null };
      };
      return (document.querySelector(sought)?.naturalWidth ?? 0) > 0;
    }, selector);

  test("shows thumbnails, and steps through files, with the mouse", async () => {
    await using context = await visitor(site.browser, mouse, site.server.url);
    const folder = await seedShown(site.server);
    const { page, complaints } = await openConsole(context, site.server);
    await site.goTo(page, "files/shown");
    await thumbnailMade(site.server, folder);
    await isLoaded(page, "[role=row] img");
    await assertAccessible(page, "a list with thumbnails");
    await site.row(page, "a.png").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Preview" }).click();
    const viewer = (name: string) => page.getByRole("dialog", { name });
    await viewer("a.png").getByRole("img", { name: "a.png" }).waitFor();
    await isLoaded(page, "[role=dialog] img");
    await assertAccessible(page, "a picture in the viewer");
    assert.ok(await viewer("a.png").getByRole("button", { name: "Previous file" }).isDisabled());
    await viewer("a.png").getByRole("button", { name: "Next file" }).click();
    await viewer("b.html").getByText("<script>document.title = 'ran'</script>été").waitFor();
    await assertAccessible(page, "a text in the viewer");
    await viewer("b.html").getByRole("button", { name: "Next file" }).click();
    await viewer("c.pdf").getByText("which this server does not have").waitFor();
    await viewer("c.pdf").getByRole("button", { name: "Next file" }).click();
    await viewer("e.png").getByText("could not show this file").waitFor();
    await viewer("e.png").getByRole("button", { name: "Download" }).waitFor();
    await viewer("e.png").getByRole("button", { name: "Close" }).click();
    await focused(page).filter({ hasText: "a.png" }).waitFor();
    assert.notEqual(await page.title(), "ran");
    assert.deepEqual(complaints, []);
  });

  test("shows them from the download origin, with the keyboard, on a phone, in dark mode and French", async () => {
    const port = await freePort();
    const settings = {
      CONSIGNE_PORT: String(port),
      CONSIGNE_PUBLIC_URL: `http://localhost:${port}`,
      CONSIGNE_DOWNLOAD_URL: `http://127.0.0.1:${port}`,
    };
    await using built = await builtConsole();
    await using apart = await startTestServer({ consoleFolder: built.folder, settings });
    await using context = await visitor(site.browser, keys, apart.url);
    const folder = await seedShown(apart);
    const { page, complaints } = await openConsole(context, apart);
    await page.goto(`${apart.url}/console/#/files/shown`);
    await thumbnailMade(apart, folder);
    await isLoaded(page, "[role=row] img");
    assert.match((await page.locator("[role=row] img").first().getAttribute("src")) ?? "", /^http:\/\/127\.0\.0\.1/);
    await site.row(page, "a.png").focus();
    await page.keyboard.press("Shift+F10");
    await focusIn(page.getByRole("menu"));
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const viewer = (name: string) => page.getByRole("dialog", { name });
    await viewer("a.png").getByRole("img", { name: "a.png" }).waitFor();
    await isLoaded(page, "[role=dialog] img");
    await assertAccessible(page, "a picture in the viewer, narrow and dark");
    await page.keyboard.press("ArrowRight");
    await viewer("b.html").getByText("été").waitFor();
    await page.keyboard.press("ArrowRight");
    await viewer("c.pdf").getByRole("link", { name: "Ouvrir le PDF dans un nouvel onglet" }).waitFor();
    await assertAccessible(page, "a PDF in the viewer, narrow and dark");
    await page.keyboard.press("ArrowLeft");
    await viewer("b.html").waitFor();
    // As in Safari, whose viewer does not run in a sandbox.
    await page.evaluate(`Object.defineProperty(Navigator.prototype, "vendor", { value: "Apple Computer, Inc." })`);
    await page.keyboard.press("ArrowRight");
    await viewer("c.pdf").getByText("Ce navigateur ne peut pas afficher les fichiers PDF ici").waitFor();
    await assertAccessible(page, "a PDF where the browser cannot show it, narrow and dark");
    await page.keyboard.press("ArrowLeft");
    await viewer("b.html").waitFor();
    await page.keyboard.press("Escape");
    await viewer("b.html").waitFor({ state: "detached" });
    await focused(page).filter({ hasText: "a.png" }).waitFor();
    assert.deepEqual(complaints, []);
  });
});

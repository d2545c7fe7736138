import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { chromiumForPages } from "../_chromium.ts";
import { lacking } from "../_programs.ts";
import { assertAccessible, openConsole } from "./_console.ts";
import { ConsoleSite } from "./_console-site.ts";
import { visitor } from "./_pages.ts";

const wide = { language: "en", colorScheme: "light", width: 1440, runsScripts: true } as const;
/** A window of 1280 by 1024 pixels at a zoom of 400 %. */
const zoomed = { width: 320, height: 256 };
const pages = ["files", "search", "transfers", "keys", "shared", "trash", "activity", "settings", "admin"];

suite("the console as somebody needs it, in Chromium", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  const site = new ConsoleSite();
  before(async () => {
    await site.start();
    await site.server.seed.file("/a file with a name that is longer than the window.txt", "x");
  });
  after(() => site.stop());

  test("no page is wider than a small window, and no button is covered, up to a zoom of 400 %", async () => {
    await using context = await visitor(
      site.browser,
      { ...wide, language: "fr", width: zoomed.width },
      site.server.url,
    );
    const { page, complaints } = await openConsole(context, site.server);
    await page.setViewportSize(zoomed);
    for (const path of pages) {
      await site.goTo(page, path);
      await page.locator("h1").first().waitFor();
      await assertAccessible(page, `${path} at 400 %`);
    }
    await page.setViewportSize({ width: 900, height: 600 });
    await site.goTo(page, "files");
    await page.getByRole("grid").waitFor();
    await assertAccessible(page, "files beside the side bar, in a small window");
    assert.deepEqual(complaints, []);
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { ApiClient } from "@consigne/testkit";
import { png } from "../../_pictures.ts";
import { assertAccessible, openConsole } from "../_console.ts";
import type { ConsoleSite } from "../_console-site.ts";
import { visitor } from "../_pages.ts";
import { keys, mouse } from "./_pages-site.ts";

/** The content of a folder as tiles with pictures. */
export function testTiles(site: ConsoleSite): void {
  const named = (page: Page, name: string) => page.getByTitle(name, { exact: true });
  const tile = (page: Page, name: string) => page.getByRole("gridcell").filter({ has: named(page, name) });
  const focused = (page: Page, name: string) =>
    page
      .locator("[role=gridcell]:focus")
      .filter({ has: named(page, name) })
      .waitFor();
  const pictureIn = (page: Page, selector: string) =>
    page.waitForFunction((sought) => {
      const { document } = globalThis as unknown as {
        document: { querySelector(selector: string): { naturalWidth: number } | null };
      };
      return (document.querySelector(`${sought} img[data-shown]`)?.naturalWidth ?? 0) > 0;
    }, selector);
  const names = (page: Page) => page.getByRole("gridcell").locator("a").allInnerTexts();

  test("shows a folder as tiles that work like rows, with the mouse", async () => {
    await using context = await visitor(site.browser, mouse, site.server.url);
    const { id } = await site.server.seed.folder("/tiles");
    await site.server.seed.folder("/tiles/inner");
    const owner = new ApiClient(site.server, site.server.apiKey);
    const texts = ["b", "c", "d", "e", "f", "g", "h", "i"].map((name, at) => [`${name}.txt`, "x".repeat(at + 1)]);
    await owner.upload({ "a.png": png(400, 200, [30, 120, 200]), ...Object.fromEntries(texts) }, { did: String(id) });
    const { page, complaints } = await openConsole(context, site.server);
    await site.goTo(page, "files/tiles");
    await site.row(page, "d.txt").focus();
    await page.getByRole("button", { name: "Show as tiles" }).click();
    await pictureIn(page, "[role=gridcell]");
    assert.equal(await tile(page, "d.txt").getAttribute("tabindex"), "0", "it had the focus in the list");
    await assertAccessible(page, "tiles");

    await tile(page, "b.txt").click();
    await tile(page, "d.txt").click({ modifiers: ["Control"] });
    await page.getByText("2 selected").first().waitFor();
    await tile(page, "g.txt").click({ modifiers: ["Shift"] });
    await page.getByText("4 selected").first().waitFor();
    await tile(page, "g.txt").getByRole("checkbox").click();
    await page.getByText("3 selected").first().waitFor();
    await assertAccessible(page, "tiles that are selected");
    await tile(page, "e.txt").dragTo(tile(page, "inner"));
    await site.status(page, "3 items moved to inner");
    await tile(page, "e.txt").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await tile(page, "e.txt").waitFor();

    await page.getByRole("button", { name: "Sort", exact: true }).click();
    await page.getByRole("menuitemradio", { name: "Largest first" }).click();
    await page
      .getByRole("gridcell")
      .nth(2)
      .filter({ has: named(page, "i.txt") })
      .waitFor();
    assert.deepEqual((await names(page)).slice(0, 4), ["inner", "a.png", "i.txt", "h.txt"]);
    await tile(page, "h.txt").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Rename" }).click();
    await page.getByRole("dialog").locator("input:focus").fill("renamed.txt");
    await page.keyboard.press("Enter");
    await tile(page, "renamed.txt").waitFor();

    await tile(page, "inner").dblclick({ position: { x: 80, y: 100 } });
    await page.getByText("This folder is empty").waitFor();
    await page.goBack();
    await tile(page, "i.txt").waitFor();
    await page.reload();
    await tile(page, "i.txt").waitFor();
    await page.getByRole("button", { name: "Show as tiles", pressed: true }).click();
    await site.row(page, "i.txt").waitFor();
    await site.goTo(page, "search/a.png");
    await site.row(page, "a.png").waitFor();
    await pictureIn(page, "[role=row]");
    await assertAccessible(page, "a picture among what a search found");
    assert.deepEqual(complaints, []);
  });

  test("moves through the tiles of a folder in two directions, with the keyboard, on a phone, in dark mode and French", async () => {
    await using context = await visitor(site.browser, keys, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    const { keyboard } = page;
    const total = 100_001;
    await page.route("**/x/v1/folder/list", async (route) => {
      const { offset = 0, limit = 0 } = route.request().postDataJSON() as { offset?: number; limit?: number };
      const entries = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) => ({
        kind: "folder",
        folder_id: 1 + offset + at,
        name: `folder ${offset + at}`,
        size: 0,
        date: "2026-01-31T09:20:30Z",
        pass: 0,
        folders: 0,
        files: 0,
      }));
      await route.fulfill({ json: { status: "OK", folder_id: 0, total: { folders: total, files: 0 }, entries } });
    });
    await site.goTo(page, "files/many-tiles");
    await site.row(page, "folder 0").waitFor();
    await page.getByRole("button", { name: "Afficher en vignettes" }).focus();
    await keyboard.press("Enter");
    await tile(page, "folder 0").focus();
    // Two in a row.
    for (const [key, at] of [
      ["ArrowRight", 1],
      ["ArrowDown", 3],
      ["ArrowLeft", 2],
      ["ArrowUp", 0],
      ["ArrowUp", 0],
      ["End", 100_000],
      ["ArrowDown", 100_000],
      ["ArrowUp", 99_998],
      ["ArrowRight", 99_999],
      ["ArrowDown", 100_000],
      ["Home", 0],
      ["ArrowDown", 2],
    ] as const) {
      await keyboard.press(key);
      await focused(page, `folder ${at}`);
    }
    assert.equal(await page.getByRole("grid").getAttribute("aria-rowcount"), "50001");
    const there = await page.getByRole("gridcell").count();
    assert.ok(there <= 2 * (5 + 2 * 3 + 2), `${there} tiles are there`);
    await keyboard.press("Space");
    await page.getByText("1 sélectionné").waitFor({ state: "attached" });
    await keyboard.press("Shift+ArrowDown");
    await page.getByText("3 sélectionnés").waitFor({ state: "attached" });
    await assertAccessible(page, "tiles, narrow and dark");

    // The focused tile stays visible when there is room for more per row.
    await keyboard.press("End");
    await focused(page, "folder 100000");
    await page.setViewportSize({ width: 1440, height: 800 });
    await page.getByRole("grid").and(page.locator("[aria-colcount='7']")).waitFor();
    await focused(page, "folder 100000");
    await page.waitForFunction(() => {
      const { document, innerHeight } = globalThis as unknown as {
        document: { activeElement: { getBoundingClientRect(): { top: number; bottom: number } } };
        innerHeight: number;
      };
      const { top, bottom } = document.activeElement.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    });
    await keyboard.press("Enter");
    await page.waitForURL(/folder%20100000$/);
    assert.deepEqual(complaints, []);
  });
}

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { ApiClient } from "@consigne/testkit";
import { chromiumForPages } from "../_chromium.ts";
import { lacking } from "../_programs.ts";
import { assertAccessible, openConsole } from "./_console.ts";
import { ConsoleSite } from "./_console-site.ts";
import { assertLegible, chooseTextSize } from "./_legible.ts";
import { visitor } from "./_pages.ts";

const wide = { language: "en", colorScheme: "light", width: 1440, runsScripts: true } as const;
/** A window of 1280 by 1024 pixels at a zoom of 400 %. */
const zoomed = { width: 320, height: 256 };
const pages = ["files", "search", "transfers", "keys", "keys/new", "shared", "trash", "activity", "settings", "admin"];

suite("the console as somebody needs it, in Chromium", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  const site = new ConsoleSite();
  before(async () => {
    await site.start();
    await site.server.seed.file("/a file with a name that is longer than the window.txt", "x");
    await site.server.seed.folder("/Photos de vacances");
    await site.server.seed.file("/gone.txt", "gone");
    const { url } = await site.server.seed.file("/secret.txt", "secret");
    const client = new ApiClient(site.server, site.server.apiKey);
    await client.ok("file/chattr", { urls: [url], pass: "open sesame" });
  });
  after(() => site.stop());

  const boxOf = async (target: Locator) => (await target.boundingBox()) ?? assert.fail("It has no box.");
  const rowHeight = async (page: Page) => (await boxOf(page.locator("[data-index='0']"))).height;
  const close = async (page: Page) => {
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  };
  /** The main dialogs, from the list of files. */
  const walkDialogs = async (page: Page, look: (state: string) => Promise<void>) => {
    await page.getByRole("button", { name: "Envoyer", exact: true }).click();
    await page.getByRole("menu").waitFor();
    await look("the menu to upload");
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Nouveau dossier" }).click();
    await page.getByRole("dialog").waitFor();
    await look("the dialog for a new folder");
    await close(page);
    await site.row(page, "secret.txt").getByRole("checkbox").click();
    await page.getByText("1 sélectionné").first().waitFor({ state: "attached" });
    await look("a selection");
    for (const name of ["Partager…", "Déplacer vers…", "Renommer", "Détails"]) {
      await page.getByRole("button", { name, exact: true }).click();
      await page.getByRole("dialog").waitFor();
      await look(`the dialog ${name}`);
      await close(page);
    }
    await page.getByRole("button", { name: "Supprimer", exact: true }).click();
    await page.getByRole("alertdialog").waitFor();
    await look("the question before something is removed");
    await page.keyboard.press("Escape");
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Effacer la sélection" }).click();
    await page.getByRole("button", { name: "Afficher en vignettes" }).click();
    await page.getByRole("gridcell").first().waitFor();
    await look("tiles");
    await page.getByRole("button", { name: "Afficher en vignettes" }).click();
    await site.row(page, "secret.txt").waitFor();
  };

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
      await page.getByRole("main").getByText("Chargement…", { exact: true }).waitFor({ state: "detached" });
      await assertAccessible(page, `${path} at 400 %`);
      await assertLegible(page, `${path} at 400 %`);
    }
    await site.goTo(page, "files");
    await site.row(page, "secret.txt").waitFor();
    await walkDialogs(page, (state) => assertLegible(page, `${state} at 400 %`));
    await page.setViewportSize({ width: 900, height: 600 });
    await site.goTo(page, "files");
    await page.getByRole("grid").waitFor();
    await assertAccessible(page, "files beside the side bar, in a small window");
    assert.deepEqual(complaints, []);
  });

  test("at a zoom of 400 % two rows of a list are in sight together, and every entry of a menu can be reached", async () => {
    await using context = await visitor(
      site.browser,
      { ...wide, language: "fr", width: zoomed.width },
      site.server.url,
    );
    const { page, complaints } = await openConsole(context, site.server);
    await page.setViewportSize(zoomed);
    await site.row(page, "secret.txt").waitFor();
    const main = await boxOf(page.getByRole("main"));
    await page.locator("[data-index='0']").focus();
    await page.keyboard.press("ArrowDown");
    for (const at of [0, 1]) {
      const row = await boxOf(page.locator(`[data-index='${at}']`));
      assert.ok(row.y >= main.y && row.y + row.height <= main.y + main.height, `row ${at} is in sight`);
    }
    await page.getByRole("button", { name: "Plus", exact: true }).click();
    const menu = page.getByRole("menu");
    await menu.waitFor();
    await page.keyboard.press("End");
    const last = page.getByRole("menuitem").last();
    await last.and(page.locator(":focus")).waitFor();
    for (const box of [await boxOf(menu), await boxOf(last)])
      assert.ok(box.y >= 0 && box.y + box.height <= zoomed.height, `${box.y} to ${box.y + box.height}`);
    assert.deepEqual(complaints, []);
  });

  for (const width of [360, 1440]) {
    test(`text of twice the size is read in full on every page and in the main dialogs, at ${width} pixels`, async () => {
      await using context = await visitor(site.browser, { ...wide, language: "fr", width }, site.server.url);
      const { page, complaints } = await openConsole(context, site.server);
      await chooseTextSize(page, 32);
      for (const path of pages) {
        await site.goTo(page, path);
        await page.locator("h1").first().waitFor();
        await page.getByRole("main").getByText("Chargement…", { exact: true }).waitFor({ state: "detached" });
        await assertAccessible(page, `${path} with large text`);
        await assertLegible(page, `${path} with large text at ${width} pixels`);
      }
      await site.goTo(page, "files");
      await site.row(page, "secret.txt").waitFor();
      assert.equal(await page.evaluate("getComputedStyle(document.body).fontSize"), "28px");
      await walkDialogs(page, (state) => assertLegible(page, `${state} with large text at ${width} pixels`));
      assert.deepEqual(complaints, []);
    });
  }

  test("text with more room between lines, words and letters is read in full", async () => {
    for (const width of [360, 1440]) {
      await using context = await visitor(site.browser, { ...wide, language: "fr", width }, site.server.url);
      const { page, complaints } = await openConsole(context, site.server);
      // As WCAG 1.4.12 asks for.
      await page.evaluate(`{
        const sheet = new CSSStyleSheet();
        sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }");
        document.adoptedStyleSheets = [sheet];
      }`);
      for (const path of pages) {
        await site.goTo(page, path);
        await page.locator("h1").first().waitFor();
        await assertLegible(page, `${path} with more room at ${width} pixels`);
      }
      assert.deepEqual(complaints, []);
    }
  });

  test("two marks of one row are in sight in full, and both are in its name, with large text on a phone too", async () => {
    const { url } = await site.server.seed.file("/marked/contract.txt", "x".repeat(123_456));
    const client = new ApiClient(site.server, site.server.apiKey);
    await client.ok("file/chattr", { urls: [url], pass: "open sesame", acl: { ip: ["127.0.0.1"] } });
    const words = ["Mot de passe", "Accès limité"];
    const assertInSight = async (page: Page, state: string) => {
      const holder = await boxOf(page.getByTitle(words[0] ?? "", { exact: true }).locator(".."));
      for (const word of words) {
        const mark = await boxOf(page.getByTitle(word, { exact: true }));
        const isWithin = mark.x >= holder.x - 1 && mark.x + mark.width <= holder.x + holder.width + 1;
        assert.ok(isWithin && mark.width >= 16, `${word}: ${state}`);
        const { shown, whole } = await page
          .getByTitle(word, { exact: true })
          .locator("span")
          .evaluate((words) => ({
            shown: Number(Reflect.get(words, "clientWidth")),
            whole: Number(Reflect.get(words, "scrollWidth")),
          }));
        assert.ok(shown <= 1 || whole <= shown, `${word} is an icon or a whole word (${whole} of ${shown}): ${state}`);
      }
      await assertLegible(page, state);
    };
    for (const [width, textSize] of [
      [1440, 16],
      [1440, 32],
      [900, 16],
      [360, 16],
      [360, 32],
      [320, 16],
    ] as const) {
      const state = `marks with text of ${textSize} pixels in a window of ${width}`;
      await using context = await visitor(site.browser, { ...wide, language: "fr", width }, site.server.url);
      const { page, complaints } = await openConsole(context, site.server);
      await chooseTextSize(page, textSize);
      await site.goTo(page, "files/marked");
      await page.getByRole("row", { name: /contract\.txt.*Mot de passe.*Accès limité/ }).waitFor();
      await assertInSight(page, state);
      await assertAccessible(page, state);
      await page.getByRole("button", { name: "Afficher en vignettes" }).click();
      await page.getByRole("gridcell", { name: /contract\.txt.*Mot de passe.*Accès limité/ }).waitFor();
      await assertInSight(page, `${state}, as tiles`);
      assert.deepEqual(complaints, []);
    }
  });

  test("rows follow the size of text at once, and the first in sight stays the first", async () => {
    const names = Array.from({ length: 300 }, (_, at) => ({ path: `/long/item ${100 + at}.txt`, content: "x" }));
    await site.server.seed.files(names);
    await using context = await visitor(site.browser, wide, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await site.goTo(page, "files/long");
    await site.row(page, "item 100.txt").waitFor();
    assert.equal(await rowHeight(page), 32);
    const top = async () => (await boxOf(site.row(page, "item 200.txt"))).y;
    const head = await boxOf(page.getByRole("row").first());
    await page.getByRole("grid").evaluate((grid) => void Reflect.set(grid, "scrollTop", 100 * 32));
    await page.waitForFunction((wanted) => {
      const { document } = globalThis as unknown as { document: { querySelector(title: string): Element | null } };
      interface Element {
        closest(role: string): { getBoundingClientRect(): { y: number } };
      }
      const row = document.querySelector('[title="item 200.txt"]')?.closest("[role=row]");
      return row !== undefined && Math.abs(row.getBoundingClientRect().y - wanted) < 2;
    }, head.y + head.height);
    await chooseTextSize(page, 20);
    await page.waitForFunction("document.querySelector('[data-index]').getBoundingClientRect().height === 37");
    const larger = await boxOf(page.getByRole("row").first());
    assert.ok(Math.abs((await top()) - larger.y - larger.height) <= 2, "it is below the head still");
    await assertLegible(page, "a long list with larger text");
    await chooseTextSize(page, 16);
    await page.waitForFunction("document.querySelector('[data-index]').getBoundingClientRect().height === 32");
    assert.ok(Math.abs((await top()) - head.y - head.height) <= 2, "it is there still");
    await site.row(page, "item 205.txt").focus();
    await page.getByRole("button", { name: "Show as tiles" }).click();
    await page.getByRole("gridcell").first().waitFor();
    const tile = async () => (await boxOf(page.getByRole("gridcell").first())).height;
    assert.equal(await tile(), 188);
    await chooseTextSize(page, 20);
    await page.waitForFunction("document.querySelector('[role=gridcell]').getBoundingClientRect().height > 190");
    await assertLegible(page, "tiles with larger text");
    assert.deepEqual(complaints, []);
  });

  test("a notice on a phone covers neither a row nor a button", async () => {
    await using context = await visitor(site.browser, { ...wide, width: 360 }, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await site.row(page, "gone.txt").getByRole("checkbox").click();
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    await site.status(page, "removed");
    const notice = await boxOf(page.getByRole("status").filter({ hasText: "removed" }).last());
    const main = await boxOf(page.getByRole("main"));
    const bar = await boxOf(page.getByRole("navigation", { name: "Main" }));
    assert.ok(main.y + main.height <= notice.y, "the list ends above it");
    assert.ok(notice.y + notice.height <= bar.y, "the bar of pages begins below it");
    await assertAccessible(page, "a notice on a phone");
    await page.getByRole("button", { name: "Undo" }).click();
    await site.row(page, "gone.txt").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("in forced colours, selection, focus, the current page, what is off and progress can be told apart", async () => {
    await using context = await visitor(site.browser, wide, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await page.emulateMedia({ forcedColors: "active" });
    await site.row(page, "secret.txt").getByRole("checkbox").click();
    await page.getByText("1 selected").first().waitFor();
    await page.keyboard.press("ArrowUp");
    await page.locator("[data-index]:focus-visible").waitFor();
    const looks = (target: Locator) =>
      target.evaluate((element) => {
        const { getComputedStyle } = globalThis as unknown as {
          getComputedStyle(of: unknown): Record<string, string>;
        };
        const style = getComputedStyle(element);
        return {
          border: `${style["borderInlineStartWidth"]} ${style["borderInlineStartColor"]}`,
          outline: `${style["outlineStyle"]} ${style["outlineColor"]}`,
          background: style["backgroundColor"],
          colour: style["color"],
        };
      });
    const folder = await looks(page.locator("[data-index]:not([aria-selected=true], :focus)").first());
    const selected = await looks(page.locator("[data-index][aria-selected=true]"));
    const focused = await looks(page.locator("[data-index]:focus"));
    assert.notEqual(selected.border, folder.border);
    assert.equal(focused.border, folder.border);
    assert.match(focused.outline, /^solid/);
    assert.match(folder.outline, /^none/);
    const box = async (isChosen: boolean) =>
      (await looks(page.getByRole("grid").getByRole("checkbox", { checked: isChosen }).first())).background;
    assert.notEqual(await box(true), await box(false));
    const links = page.getByRole("navigation", { name: "Main" }).getByRole("link");
    const here = await looks(links.and(page.locator("[aria-current=page]")));
    const elsewhere = await looks(links.nth(1));
    assert.notEqual(here.background, elsewhere.background);
    assert.notEqual(here.colour, here.background);
    await page.getByRole("button", { name: "Move to…" }).click();
    await page.getByRole("dialog").waitFor();
    const off = await looks(page.getByRole("button", { name: "Move here" }));
    const on = await looks(page.getByRole("dialog").getByRole("button", { name: "Cancel" }));
    assert.notEqual(off.colour, on.colour);
    await close(page);
    await page.getByRole("button", { name: "Show as tiles" }).click();
    await page.getByRole("gridcell").first().waitFor();
    const toggles = [
      page.getByRole("button", { name: "Show as tiles" }),
      page.getByRole("button", { name: "Details" }),
    ];
    const [pressed, unpressed] = await Promise.all(toggles.map(looks));
    assert.notEqual(pressed?.background, unpressed?.background);
    const tiles = {
      selected: await looks(page.locator("[role=gridcell][aria-selected=true]")),
      other: await looks(page.locator("[role=gridcell][aria-selected=false]").first()),
    };
    assert.notEqual(tiles.selected.border, tiles.other.border);
    await page.getByRole("button", { name: "Clear the selection" }).click();
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page
        .getByRole("button", { name: "Upload", exact: true })
        .click()
        .then(() => page.getByRole("menuitem", { name: "Files…" }).click()),
    ]);
    await chooser.setFiles({ name: "progress.txt", mimeType: "text/plain", buffer: Buffer.from("x") });
    await page.getByText("1 file uploaded").first().waitFor();
    const bar = page.getByRole("progressbar");
    assert.notEqual((await looks(bar.locator("> *"))).background, (await looks(bar)).background);
    assert.deepEqual(complaints, []);
  });
});

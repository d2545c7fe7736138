import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { chromiumForPages } from "../_chromium.ts";
import { lacking } from "../_programs.ts";
import { builtConsole } from "./_built-console.ts";
import { assertAccessible, focusIn, openConsole } from "./_console.ts";
import { openChromium, visitor } from "./_pages.ts";

const mouse = { language: "en", colorScheme: "light", width: 1440, runsScripts: true } as const;
const keys = { language: "fr", colorScheme: "dark", width: 360, runsScripts: true } as const;

interface Scrolled {
  dates: number;
  made: number;
  there: number;
  inSight: number;
}

/** In a page: counts created formatters and written dates, in `formats`. */
const countFormats = `
  const formats = { made: 0, dates: 0 };
  for (const name of ["NumberFormat", "DateTimeFormat"]) {
    Intl[name] = new Proxy(Intl[name], {
      construct(made, given) {
        formats.made += 1;
        return Reflect.construct(made, given);
      },
    });
  }
  const { get } = Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, "format");
  Object.defineProperty(Intl.DateTimeFormat.prototype, "format", {
    get() {
      formats.dates += 1;
      return get.call(this);
    },
  });
  globalThis.formats = formats;`;

suite("the files page in Chromium", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  let built: Awaited<ReturnType<typeof builtConsole>>;
  let server: TestServer;
  let browser: Browser;

  before(async () => {
    built = await builtConsole();
    server = await startTestServer({ consoleFolder: built.folder, limits: "friendly" });
    browser = await openChromium();
  });
  after(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
    await built[Symbol.asyncDispose]();
  });

  const row = (page: Page, name: string) =>
    page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
  const status = (page: Page, text: string) => page.getByRole("status").filter({ hasText: text }).last().waitFor();
  const goTo = (page: Page, path: string) => page.goto(`${server.url}/console/#/files/${path}`);
  const focused = (page: Page) => page.locator("[role=row]:focus");
  const seed = (paths: readonly string[]) => server.seed.files(paths.map((path) => ({ path, content: "x" })));

  test("finds an item by name anywhere, and opens its folder, with the mouse", async () => {
    await using context = await visitor(browser, mouse, server.url);
    await seed(Array.from({ length: 700 }, (_, at) => `/sought/long/item ${at}.txt`));
    await seed(["/sought/Été à la mer.txt"]);
    const { page, complaints } = await openConsole(context, server);
    await page.getByRole("link", { name: "Search" }).click();
    await page.getByRole("searchbox", { name: "Search all files and folders" }).fill("item 69");
    await status(page, "17 results");
    await assertAccessible(page, "what a search found");
    await page.getByRole("grid").getByRole("link", { name: "item 699.txt" }).waitFor();
    await row(page, "item 699.txt").getByRole("link", { name: "Files / sought / long" }).click();
    await focused(page).filter({ hasText: "item 699.txt" }).waitFor();
    await page.goBack();
    // Not the folder's own search field, which may still be there.
    const everywhere = page.getByRole("searchbox", { name: "Search all files and folders" });
    await everywhere.fill("ete MER");
    await status(page, "1 result");
    await row(page, "Été à la mer.txt").dblclick({ position: { x: 400, y: 10 } });
    await focused(page).filter({ hasText: "Été à la mer.txt" }).waitFor();
    await page.goBack();
    await everywhere.fill("item");
    await status(page, "700 results");
    await page.getByRole("button", { name: "Show more" }).click();
    await page.getByRole("grid").locator('[aria-rowindex="201"]').waitFor();
    await everywhere.fill("no such name");
    await status(page, "No name contains");
    await assertAccessible(page, "a search without a match");
    assert.deepEqual(complaints, []);
  });

  test("finds an item with the keyboard, on a phone, in dark mode and French", async () => {
    await using context = await visitor(browser, keys, server.url);
    await seed(["/clavier/profond/un.txt", "/clavier/profond/deux.txt"]);
    const { page, complaints } = await openConsole(context, server);
    const { keyboard } = page;
    await row(page, "clavier").waitFor();
    const everywhere = page.getByRole("searchbox", { name: "Chercher dans tous les fichiers et dossiers" });
    await keyboard.press("/");
    await focusIn(everywhere);
    await keyboard.type("profond");
    await status(page, "1 résultat");
    await assertAccessible(page, "what a search found, narrow and dark");
    await keyboard.press("ArrowDown");
    await focused(page).filter({ hasText: "profond" }).waitFor();
    await keyboard.press("Enter");
    await row(page, "deux.txt").waitFor();
    await keyboard.press("/");
    await focusIn(everywhere);
    await keyboard.type(".txt");
    await page.getByRole("grid", { name: ".txt" }).waitFor();
    await keyboard.press("Enter");
    await keyboard.press("End");
    await keyboard.press("Home");
    await focused(page).waitFor();
    await keyboard.press("Enter");
    await page.getByRole("grid", { name: "Contenu de" }).waitFor();
    await focused(page).filter({ hasText: ".txt" }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test("renames, moves, removes and shares what a search found, with the mouse", async () => {
    await using context = await visitor(browser, mouse, server.url);
    await seed([
      "/finds/deep/quince one.txt",
      "/finds/deep/quince two.txt",
      "/finds/quince folder/a.txt",
      "/finds/to/b.txt",
    ]);
    const { page, complaints } = await openConsole(context, server);
    await page.goto(`${server.url}/console/#/search/quince`);
    const act = async (name: string, command: string) => {
      await row(page, name).click({ button: "right", position: { x: 300, y: 10 } });
      const menu = page.getByRole("menu", { name: `Actions for “${name}”` });
      await focusIn(menu);
      if (command === "Rename") await assertAccessible(page, "the menu of what a search found");
      await menu.getByRole("menuitem", { name: command }).click();
    };
    const backAt = (name: string) => focused(page).filter({ hasText: name }).waitFor();
    await act("quince one.txt", "Rename");
    await page.getByLabel("New name").fill("quince 1.txt");
    await page.keyboard.press("Enter");
    await status(page, "Renamed to “quince 1.txt”");
    await backAt("quince 1.txt");
    await act("quince 1.txt", "Move to…");
    await page.getByRole("button", { name: "Up to finds" }).click();
    await page.getByRole("option", { name: "to" }).click();
    await page.getByRole("button", { name: "Move here" }).click();
    await status(page, "“quince 1.txt” moved to to");
    await row(page, "quince 1.txt").getByRole("link", { name: "Files / finds / to" }).waitFor();
    await page.getByRole("button", { name: "Undo" }).last().click();
    await row(page, "quince 1.txt").getByRole("link", { name: "Files / finds / deep" }).waitFor();
    await act("quince folder", "Move to…");
    await page.getByRole("option", { name: "deep" }).click();
    await page.getByRole("button", { name: "Move here" }).click();
    await row(page, "quince folder").getByRole("link", { name: "Files / finds / deep" }).waitFor();
    await page.getByRole("button", { name: "Undo" }).last().click();
    await row(page, "quince folder").getByRole("link", { name: "Files / finds", exact: true }).waitFor();
    await act("quince folder", "Share…");
    await page.getByRole("dialog", { name: "Share “quince folder”" }).waitFor();
    await page.keyboard.press("Escape");
    await backAt("quince folder");
    await act("quince two.txt", "Remove");
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await row(page, "quince two.txt").waitFor({ state: "detached" });
    await status(page, "2 results");
    await focused(page).waitFor();
    await page.getByRole("button", { name: "Undo" }).last().click();
    await row(page, "quince two.txt").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("renames, moves, removes and shares what a search found, with the keyboard, on a phone, in dark mode and French", async () => {
    await using context = await visitor(browser, keys, server.url);
    await seed(["/trouvailles/fond/nèfle un.txt", "/trouvailles/fond/nèfle deux.txt"]);
    const { page, complaints } = await openConsole(context, server);
    const { keyboard } = page;
    await page.goto(`${server.url}/console/#/search/${encodeURIComponent("nèfle")}`);
    await status(page, "2 résultats");
    const at = (name: string) => focused(page).filter({ hasText: name }).waitFor();
    const dialog = (name: string) => page.getByRole("dialog", { name }).or(page.getByRole("alertdialog", { name }));
    await keyboard.press("ArrowDown");
    await at("nèfle deux.txt");
    await keyboard.press("F2");
    await dialog("Renommer « nèfle deux.txt »").locator("input:focus").waitFor();
    await keyboard.press("ControlOrMeta+A");
    await keyboard.type("nèfle 2.txt");
    await keyboard.press("Enter");
    await at("nèfle 2.txt");
    await keyboard.press("Shift+F10");
    await focusIn(page.getByRole("menu", { name: "Actions pour « nèfle 2.txt »" }));
    await assertAccessible(page, "the menu of what a search found, narrow and dark");
    await keyboard.press("Escape");
    await at("nèfle 2.txt");
    await keyboard.press("ContextMenu");
    await focusIn(page.getByRole("menu"));
    await page.getByRole("menuitem", { name: "Partager…" }).press("Enter");
    await focusIn(dialog("Partager « nèfle 2.txt »"));
    await keyboard.press("Escape");
    await at("nèfle 2.txt");
    await keyboard.press("ContextMenu");
    await focusIn(page.getByRole("menu"));
    await page.getByRole("menuitem", { name: "Déplacer vers…" }).press("Enter");
    await focusIn(dialog("Déplacer « nèfle 2.txt »"));
    await page.getByRole("button", { name: "Remonter à trouvailles" }).press("Enter");
    await page.getByRole("listbox", { name: "Dossiers de trouvailles" }).waitFor();
    await page.getByRole("button", { name: "Déplacer ici" }).press("Enter");
    await row(page, "nèfle 2.txt").getByTitle("/trouvailles", { exact: true }).waitFor();
    await at("nèfle 2.txt");
    await keyboard.press("ControlOrMeta+Z");
    await row(page, "nèfle 2.txt").getByTitle("/trouvailles/fond").waitFor();
    for (const name of ["nèfle 2.txt", "nèfle un.txt"]) {
      await row(page, name).focus();
      await keyboard.press("Delete");
      await focusIn(dialog(`Supprimer « ${name} » ?`));
      await page.getByRole("button", { name: "Supprimer" }).press("Enter");
      await row(page, name).waitFor({ state: "detached" });
    }
    await page.getByRole("searchbox").and(page.locator(":focus")).waitFor();
    await status(page, "Aucun nom ne contient");
    assert.deepEqual(complaints, []);
  });

  test("opens a row's menu with the mouse", async () => {
    await using context = await visitor(browser, mouse, server.url);
    await seed(["/menu/a.txt", "/menu/b.txt", "/menu/sub/c.txt"]);
    const { page, complaints } = await openConsole(context, server);
    await goTo(page, "menu");
    await row(page, "a.txt").click({ button: "right" });
    const menu = page.getByRole("menu", { name: "Actions for “a.txt”" });
    await menu.waitFor();
    await assertAccessible(page, "the menu of a row");
    await menu.getByRole("menuitem", { name: "Rename" }).click();
    await page.getByLabel("New name").fill("renamed.txt");
    await page.keyboard.press("Enter");
    await row(page, "renamed.txt").waitFor();
    await row(page, "renamed.txt").getByRole("checkbox").click();
    await row(page, "b.txt").getByRole("checkbox").click();
    await row(page, "b.txt").click({ button: "right" });
    await page.getByRole("menu", { name: "Actions for 2 items" }).getByRole("menuitem", { name: "Move to…" }).click();
    await page.getByRole("option", { name: "sub" }).click();
    await page.getByRole("button", { name: "Move here" }).click();
    await status(page, "moved to");
    await row(page, "b.txt").waitFor({ state: "detached" });
    await row(page, "sub").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Open" }).click();
    await row(page, "renamed.txt").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("opens a row's menu with the keyboard and returns the focus to the row, on a phone, in dark mode and French", async () => {
    await using context = await visitor(browser, keys, server.url);
    await seed(["/touches/a.txt", "/touches/b.txt"]);
    const { page, complaints } = await openConsole(context, server);
    await goTo(page, "touches");
    await row(page, "a.txt").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Shift+F10");
    await focusIn(page.getByRole("menu", { name: "Actions pour « b.txt »" }));
    await assertAccessible(page, "the menu of a row, narrow and dark");
    await page.keyboard.press("Escape");
    await focused(page).filter({ hasText: "b.txt" }).waitFor();
    await page.keyboard.press("ContextMenu");
    await focusIn(page.getByRole("menu"));
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await focusIn(page.getByRole("alertdialog"));
    await page.keyboard.press("Escape");
    await focused(page).filter({ hasText: "b.txt" }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test("a key acts on the row that received it, even before the list is redrawn with the new focus", async () => {
    await using context = await visitor(browser, mouse, server.url);
    await seed(["/hasty/a.txt", "/hasty/b.txt", "/hasty/c.txt"]);
    const { page, complaints } = await openConsole(context, server);
    await goTo(page, "hasty");
    const hasten = (name: string, key: string) =>
      row(page, name).evaluate((element, pressed) => {
        const { KeyboardEvent } = globalThis as unknown as { KeyboardEvent: new (type: string, init: object) => Event };
        element.focus();
        element.dispatchEvent(new KeyboardEvent("keydown", { key: pressed, bubbles: true, cancelable: true }));
      }, key);
    await row(page, "a.txt").focus();
    await hasten("c.txt", "F2");
    await page.getByRole("dialog", { name: "Rename “c.txt”" }).locator("input:focus").waitFor();
    await page.keyboard.press("Escape");
    await focused(page).filter({ hasText: "c.txt" }).waitFor();
    await hasten("b.txt", "Delete");
    await page.getByRole("alertdialog").getByText("“b.txt”").first().waitFor();
    await focusIn(page.getByRole("alertdialog"));
    await page.keyboard.press("Escape");
    await focused(page).filter({ hasText: "b.txt" }).waitFor();
    await hasten("c.txt", "ArrowUp");
    await focused(page).filter({ hasText: "b.txt" }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test("opens the menu on a long press", async () => {
    await using context = await visitor(browser, keys, server.url);
    await seed(["/doigt/a.txt"]);
    const { page } = await openConsole(context, server);
    await goTo(page, "doigt");
    const touch = { pointerType: "touch", isPrimary: true, bubbles: true, clientX: 90, clientY: 200 };
    await row(page, "a.txt").dispatchEvent("pointerdown", touch);
    await page.getByRole("menu", { name: "Actions pour « a.txt »" }).waitFor();
  });

  test("moves dragged items onto a folder in the list or the path, and undoes it", async () => {
    await using context = await visitor(browser, mouse, server.url);
    await seed(["/drag/a.txt", "/drag/b.txt", "/drag/c.txt", "/drag/sub/d.txt"]);
    const { page, complaints } = await openConsole(context, server);
    await goTo(page, "drag");
    await row(page, "a.txt").getByRole("checkbox").click();
    await row(page, "b.txt").getByRole("checkbox").click();
    await row(page, "a.txt").dragTo(row(page, "sub"));
    await status(page, "2 items moved to sub");
    await row(page, "b.txt").waitFor({ state: "detached" });
    await row(page, "c.txt").waitFor();
    await page.getByRole("button", { name: "Undo" }).last().click();
    await row(page, "b.txt").waitFor();
    // With its key too, and then nothing offers it any more.
    await row(page, "c.txt").dragTo(row(page, "sub"));
    await status(page, "“c.txt” moved to sub");
    await page.keyboard.press("ControlOrMeta+Z");
    await row(page, "c.txt").waitFor();
    await page.getByRole("button", { name: "Undo" }).waitFor({ state: "detached" });
    await row(page, "sub").getByRole("link").click();
    await row(page, "d.txt").dragTo(
      page.getByRole("navigation", { name: "Folder path" }).getByRole("link", { name: "drag" }),
    );
    await status(page, "“d.txt” moved to drag");
    await page.getByRole("heading", { name: "This folder is empty" }).waitFor();
    await page.getByRole("navigation", { name: "Folder path" }).getByRole("link", { name: "drag" }).click();
    await row(page, "d.txt").waitFor();
    await row(page, "sub").dragTo(row(page, "d.txt"));
    assert.equal(await row(page, "sub").count(), 1, "a file is no folder");
    assert.deepEqual(complaints, []);
  });

  test("shows the folder tree beside the list, with the mouse", async () => {
    await using context = await visitor(browser, mouse, server.url);
    await seed(["/tree/a.txt", "/tree/deep/deeper/b.txt", "/tree/other/c.txt"]);
    await seed(Array.from({ length: 205 }, (_, at) => `/tree/wide/folder ${at}/x.txt`));
    const { page, complaints } = await openConsole(context, server);
    await goTo(page, "tree/deep");
    await page.getByRole("button", { name: "Folders" }).click();
    const tree = page.getByRole("treegrid", { name: "Folders" });
    const folder = (name: string) => tree.getByRole("row", { name, exact: true });
    const isShown = (name: string) => tree.getByRole("row", { name, exact: true, selected: true }).waitFor();
    await isShown("deep");
    await folder("deep").getByRole("button").click();
    await assertAccessible(page, "a tree of folders beside the list");
    await folder("deeper").click();
    await row(page, "b.txt").waitFor();
    await isShown("deeper");
    assert.equal(await folder("deeper").getByRole("button").count(), 0, "there is nothing to open in it");
    // Rows of the list are moved there, and back on undo.
    await row(page, "b.txt").dragTo(folder("other"));
    await status(page, "“b.txt” moved to other");
    await page.getByRole("heading", { name: "This folder is empty" }).waitFor();
    await page.getByRole("button", { name: "Undo" }).last().click();
    await row(page, "b.txt").waitFor();
    await folder("tree").click();
    await row(page, "deep").dragTo(folder("deeper"));
    await row(page, "a.txt").dragTo(folder("tree"));
    await row(page, "deep").dragTo(folder("other"));
    await status(page, "“deep” moved to other");
    await folder("deep").waitFor({ state: "detached" });
    await folder("other").getByRole("button").click();
    await folder("deep").waitFor();
    // Changes made elsewhere appear by themselves.
    await seed(["/tree/other/from elsewhere/d.txt"]);
    await folder("from elsewhere").waitFor();
    await folder("wide").getByRole("button").click();
    await folder("folder 199").waitFor();
    assert.equal(await folder("folder 200").count(), 0);
    // A folder further down than what is loaded appears when it is opened.
    await goTo(page, "tree/wide/folder 204");
    await isShown("folder 204");
    await page.reload();
    await isShown("folder 204");
    await folder("Show more folders").click();
    await focused(page).filter({ hasText: "folder 200" }).waitFor();
    assert.equal(await folder("Show more folders").count(), 0);
    await page.getByRole("button", { name: "Folders" }).click();
    await tree.waitFor({ state: "detached" });
    await page.reload();
    await row(page, "x.txt").waitFor();
    assert.equal(await tree.count(), 0, "it stays closed for those who closed it");
    assert.deepEqual(complaints, []);
  });

  test("uploads desktop files dropped on a folder in the tree", async () => {
    await using context = await visitor(browser, mouse, server.url);
    await seed(["/boxes/in/a.txt"]);
    const { page, complaints } = await openConsole(context, server);
    await goTo(page, "boxes");
    await page.getByRole("button", { name: "Folders" }).click();
    const tree = page.getByRole("treegrid");
    await tree.getByRole("row", { name: "boxes", exact: true }).getByRole("button").click();
    const target = tree.getByRole("row", { name: "in", exact: true }).getByTitle("in");
    const box = (await target.boundingBox()) ?? assert.fail();
    const session = await context.newCDPSession(page);
    const data = { items: [], files: [import.meta.filename], dragOperationsMask: 1 };
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    for (const type of ["dragEnter", "dragOver", "drop"] as const)
      await session.send("Input.dispatchDragEvent", { type, ...at, data });
    await tree.getByRole("row", { name: "in", exact: true }).click();
    await row(page, "console-files.test.ts").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("shows the tree in a dialog, with the keyboard, on a phone, in dark mode and French", async () => {
    await using context = await visitor(browser, keys, server.url);
    await seed(["/arbre/un/deux/trois.txt", "/arbre/nuit.txt"]);
    const { page, complaints } = await openConsole(context, server);
    const { keyboard } = page;
    await goTo(page, "arbre");
    await row(page, "nuit.txt").waitFor();
    const tree = page.getByRole("dialog", { name: "Dossiers" }).getByRole("treegrid");
    const at = (name: string) =>
      tree
        .locator("[role=row]:focus")
        .and(tree.getByRole("row", { name, exact: true }))
        .waitFor();
    await page.getByRole("button", { name: "Dossiers" }).press("Enter");
    await at("arbre");
    await keyboard.press("ArrowRight");
    await tree.getByRole("row", { name: "un", exact: true }).waitFor();
    await keyboard.press("ArrowDown");
    await at("un");
    await keyboard.press("ArrowRight");
    await tree.getByRole("row", { name: "deux", exact: true }).waitFor();
    await keyboard.press("ArrowDown");
    await at("deux");
    await assertAccessible(page, "a tree of folders, narrow and dark");
    await keyboard.press("ArrowLeft");
    await at("un");
    await keyboard.press("ArrowLeft");
    await tree.getByRole("row", { name: "deux", exact: true }).waitFor({ state: "detached" });
    await keyboard.press("Home");
    await at("Fichiers");
    await keyboard.type("un");
    await at("un");
    await keyboard.press("Enter");
    await row(page, "deux").waitFor();
    await tree.waitFor({ state: "detached" });
    await focused(page).filter({ hasText: "deux" }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test("shows a folder taller than browsers can draw, from beginning to end", async () => {
    await using context = await visitor(browser, keys, server.url);
    const { page, complaints } = await openConsole(context, server);
    const files = 1_000_000;
    await page.route("**/x/v1/folder/list", async (route) => {
      const { offset = 0, limit = 0 } = route.request().postDataJSON() as { offset?: number; limit?: number };
      const entries = Array.from({ length: Math.max(0, Math.min(limit, files - offset)) }, (_, at) => ({
        kind: "folder",
        folder_id: 1 + offset + at,
        name: `folder ${offset + at}`,
        size: 0,
        date: "2026-01-31T09:20:30Z",
        pass: 0,
        folders: 0,
        files: 0,
      }));
      await route.fulfill({ json: { status: "OK", folder_id: 0, total: { folders: files, files: 0 }, entries } });
    });
    await goTo(page, "made-up");
    await row(page, "folder 0").focus();
    await page.keyboard.press("End");
    await focused(page).filter({ hasText: "folder 999999" }).waitFor();
    await page.keyboard.press("ArrowUp");
    await focused(page).filter({ hasText: "folder 999998" }).waitFor();
    await page.keyboard.press("PageUp");
    await page.keyboard.press("Home");
    await focused(page).filter({ hasText: "folder 0" }).waitFor();
    const scrollTo = (part: number) =>
      page.getByRole("grid").evaluate((grid, at) => {
        const { scrollHeight } = grid as unknown as { scrollHeight: number };
        (grid as unknown as { scrollTop: number }).scrollTop = scrollHeight * at;
      }, part);
    await scrollTo(0.5);
    await row(page, "folder 500024").waitFor();
    await page.getByRole("grid").hover();
    const box = (await row(page, "folder 500024").boundingBox()) ?? assert.fail();
    await page.mouse.wheel(0, 56);
    // One row further.
    await page.waitForFunction((wanted) => {
      const { document } = globalThis as unknown as {
        document: {
          querySelector(title: string): { closest(role: string): { getBoundingClientRect(): { y: number } } } | null;
        };
      };
      const shown = document.querySelector('[title="folder 500024"]')?.closest("[role=row]").getBoundingClientRect();
      return shown !== undefined && Math.abs(shown.y - wanted) < 2;
    }, box.y - 56);
    await scrollTo(1);
    await row(page, "folder 999999").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("draws only the rows that come into view while scrolling, once each", async () => {
    await using context = await visitor(browser, mouse, server.url);
    await context.addInitScript({ content: countFormats });
    await seed(Array.from({ length: 150 }, (_, at) => `/scrolled/item ${100 + at}.txt`));
    const { page, complaints } = await openConsole(context, server);
    await goTo(page, "scrolled");
    await row(page, "item 100.txt").waitFor();
    const rows = 60;
    const scrolled = await page.evaluate<Scrolled>(`new Promise((settle) => {
      const grid = document.querySelector("[role=grid]");
      const before = { ...formats };
      let left = ${rows};
      const step = () => {
        if (left-- > 0) {
          grid.scrollTop += 32;
          return requestAnimationFrame(step);
        }
        const [dates, made] = [formats.dates - before.dates, formats.made - before.made];
        const there = grid.querySelectorAll("[data-index]").length;
        settle({ dates, made, there, inSight: Math.ceil(grid.clientHeight / 32) });
      };
      requestAnimationFrame(step);
    })`);
    const { dates, made: created, there, inSight } = scrolled;
    // One for the cell and one for its tooltip. The list may have begun with half a row.
    assert.ok(dates >= 2 * (rows - 2) && dates <= 2 * (rows + 2), `${dates} dates written for ${rows} rows`);
    assert.equal(created, 0, "formatters are created once, not for each row");
    assert.ok(there <= inSight + 2 * 12 + 2, `${there} rows are there, ${inSight} of them in sight`);
    assert.deepEqual(complaints, []);
  });

  test("starts at the top after a new sort order or filter", async () => {
    await using context = await visitor(browser, mouse, server.url);
    await seed(Array.from({ length: 150 }, (_, at) => `/read/item ${100 + at}.txt`));
    const { page, complaints } = await openConsole(context, server);
    await goTo(page, "read");
    await row(page, "item 100.txt").waitFor();
    // In a list scrolled this far the first row does not exist.
    const scrollDown = async (first: string, seen: string) => {
      await page.getByRole("grid").evaluate((grid) => {
        (grid as unknown as { scrollTop: number }).scrollTop = 1000;
      });
      await row(page, seen).waitFor();
      await row(page, first).waitFor({ state: "detached" });
    };
    await scrollDown("item 101.txt", "item 140.txt");
    await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
    await row(page, "item 249.txt").waitFor();
    await scrollDown("item 249.txt", "item 205.txt");
    await page.getByRole("searchbox", { name: "Search this folder" }).fill("item 2");
    await row(page, "item 249.txt").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("acts on a whole long folder except for the items deselected", async () => {
    await using context = await visitor(browser, mouse, server.url);
    await seed(["/many/sub/x.txt", ...Array.from({ length: 600 }, (_, at) => `/many/item ${at}.txt`)]);
    const { page, complaints } = await openConsole(context, server);
    /** Number of requests for long parts of the list, which the page may repeat at any time. */
    let longLists = 0;
    page.on("request", (request) => {
      if (!request.url().endsWith("/x/v1/folder/list")) return;
      longLists += (request.postDataJSON() as { limit: number }).limit > 200 ? 1 : 0;
    });
    await goTo(page, "many");
    await row(page, "sub").waitFor();
    /**
     * Everything is there again, from its first row on: a list is scrolled to its active entry, which moves as others
     * go.
     */
    const backAtTop = async () => {
      await page.locator('[role=grid][aria-rowcount="602"][aria-busy="false"]').waitFor();
      await page.getByRole("grid").getByRole("row").nth(1).focus();
      await page.keyboard.press("Home");
      await row(page, "item 1.txt").waitFor();
    };
    /** In a complete list: otherwise entries that are not back yet would not be selected. */
    const chooseAll = async () => {
      await backAtTop();
      await page.keyboard.press("Control+A");
      await page.getByText("601 selected").waitFor();
    };
    await page.locator('[role=grid][aria-busy="false"]').waitFor();
    await chooseAll();
    assert.equal(longLists, 0, "selecting reads nothing");
    for (const name of ["sub", "item 0.txt"]) await row(page, name).getByRole("checkbox").click();
    await page.getByText("599 selected").waitFor();
    await assertAccessible(page, "a long folder of which nearly everything is selected");
    await row(page, "item 1.txt").dragTo(row(page, "sub"));
    await status(page, "599 items moved to sub");
    await row(page, "item 1.txt").waitFor({ state: "detached" });
    assert.equal(await page.getByRole("grid").getAttribute("aria-rowcount"), "3");
    await page.getByRole("button", { name: "Undo" }).last().click();
    await status(page, "599 items moved back");
    await focused(page).waitFor();
    await chooseAll();
    await row(page, "item 1.txt").dragTo(page.getByRole("navigation").getByRole("link", { name: "Files" }).last());
    await status(page, "601 items moved to Files");
    await page.getByRole("button", { name: "Undo" }).last().click();
    await status(page, "601 items moved back");
    await chooseAll();
    await page.keyboard.press("Delete");
    await page.getByRole("alertdialog", { name: "Remove 601 items?" }).waitFor();
    await page.getByRole("button", { name: "Remove" }).last().click();
    await page.getByRole("heading", { name: "This folder is empty" }).waitFor();
    await page.getByRole("button", { name: "Undo" }).last().click();
    await backAtTop();
    assert.deepEqual(complaints, []);
  });

  test("makes a folder in the current one before its listing has arrived", async () => {
    await using context = await visitor(browser, mouse, server.url);
    await seed(["/awaited/a.txt"]);
    const { page, complaints } = await openConsole(context, server);
    await row(page, "awaited").waitFor();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await page.route("**/x/v1/folder/list", async (route) => {
      await released;
      await route.continue();
    });
    await goTo(page, "awaited");
    await page.getByRole("heading", { level: 1, name: "awaited" }).waitFor({ state: "attached" });
    await page.getByRole("button", { name: "New folder" }).click();
    await focusIn(page.getByRole("dialog", { name: "New folder" }));
    await page.keyboard.type("early");
    await page.keyboard.press("Enter");
    release();
    await row(page, "early").waitFor();
    await row(page, "a.txt").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("a late response closes no dialog but its own", async () => {
    await using context = await visitor(browser, mouse, server.url);
    await seed(["/late/a.txt"]);
    const { page, complaints } = await openConsole(context, server);
    await goTo(page, "late");
    await row(page, "a.txt").waitFor();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await page.route("**/folder/mkdir*", async (route) => {
      await released;
      await route.continue();
    });
    await page.keyboard.press("n");
    await focusIn(page.getByRole("dialog", { name: "New folder" }));
    await page.keyboard.type("slow");
    const asked = page.waitForRequest("**/folder/mkdir*");
    await page.keyboard.press("Enter");
    await asked;
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await row(page, "a.txt").focus();
    await page.keyboard.press("F2");
    const renaming = page.getByRole("dialog", { name: "Rename “a.txt”" });
    await focusIn(renaming);
    release();
    await page.getByText("Folder “slow” created").waitFor();
    await focusIn(renaming);
    await page.keyboard.type("quick");
    await page.keyboard.press("Enter");
    await row(page, "quick.txt").waitFor();
    await row(page, "slow").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("keeps the list and the focus until the new sort order has arrived", async () => {
    await using context = await visitor(browser, mouse, server.url);
    await seed(["/sorted/a.txt", "/sorted/b.txt"]);
    const { page, complaints } = await openConsole(context, server);
    await goTo(page, "sorted");
    await row(page, "a.txt").waitFor();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await page.route("**/x/v1/folder/list", async (route) => {
      await released;
      await route.continue();
    });
    await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
    const grid = page.getByRole("grid");
    await page.locator('[role=grid][aria-busy="true"]').waitFor();
    await row(page, "a.txt").focus();
    assert.equal(await grid.getByRole("row").nth(1).getByRole("link").textContent(), "a.txt");
    // Loaded entries are selected without a request.
    await page.keyboard.press("Space");
    await page.keyboard.press("Shift+ArrowDown");
    await page.getByText("2 selected").waitFor();
    await focused(page).filter({ hasText: "b.txt" }).waitFor();
    release();
    await page.locator('[role=grid][aria-busy="false"]').waitFor();
    assert.equal(await grid.getByRole("row").nth(1).getByRole("link").textContent(), "b.txt");
    await focused(page).filter({ hasText: "b.txt" }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog").getByText("Shift+F10", { exact: true }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test("keeps a file's link when an upload replaces it, and restores the older version, with the mouse", async () => {
    await using context = await visitor(browser, mouse, server.url);
    await seed(["/versions/a.txt"]);
    const { page, complaints } = await openConsole(context, server);
    await goTo(page, "versions");
    await row(page, "a.txt").waitFor();
    const url = await row(page, "a.txt").getByRole("link").getAttribute("href");
    const sent = { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("the second") };
    await page.getByRole("button", { name: "Upload", exact: true }).click();
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("menuitem", { name: "Files" }).click(),
    ]);
    await chooser.setFiles(sent);
    await page.getByRole("dialog").getByText("Replace", { exact: true }).click();
    await assertAccessible(page, "the question about a name that is taken");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.locator('[role=grid][aria-rowcount="2"]').getByRole("row").filter({ hasText: "10 B" }).waitFor();
    assert.equal(await row(page, "a.txt").getByRole("link").getAttribute("href"), url);
    await row(page, "a.txt").click();
    await page.getByRole("button", { name: "Details" }).click();
    const details = page.getByRole("complementary", { name: "Details" });
    await details.getByRole("heading", { name: "Older versions" }).waitFor();
    await details.getByRole("listitem").filter({ hasText: ", 1 B" }).waitFor();
    await assertAccessible(page, "a file with an older version");
    await details.getByRole("button", { name: /^Restore the version of / }).click();
    await status(page, "what it was until now is kept as a version");
    await row(page, "a.txt").filter({ hasText: "1 B" }).waitFor();
    await details.getByRole("listitem").filter({ hasText: "10 B" }).waitFor();
    await details.getByText("1 B", { exact: true }).waitFor();
    await details.getByRole("button", { name: /^Remove the version of / }).click();
    await page.getByRole("alertdialog").getByText("The file itself and its other versions stay.").waitFor();
    await assertAccessible(page, "the question before an older version goes");
    await page.getByRole("button", { name: "Remove for good" }).click();
    await status(page, "is removed for good");
    await details.getByRole("heading", { name: "Older versions" }).waitFor({ state: "detached" });
    assert.deepEqual(complaints, []);
  });

  test("shows and restores older versions with the keyboard, on a phone, in dark mode and French", async () => {
    await using context = await visitor(browser, keys, server.url);
    await seed(["/anciennes/a.txt"]);
    const client = new ApiClient(server, server.apiKey);
    const [by] = await client.upload({ "a.txt": "plus récent" }, {});
    const { entry } = await client.ok("/x/v1/entry/stat", { path: "/anciennes/a.txt" });
    const { file_id: fileId } = entry as { file_id: string };
    await client.ok("/x/v1/version/replace", { files: [{ file_id: fileId, replacement_id: by?.download }] });
    const { page, complaints } = await openConsole(context, server);
    await goTo(page, "anciennes");
    await row(page, "a.txt").focus();
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Détails" }).press("Enter");
    const details = page.getByRole("dialog");
    await details.getByRole("heading", { name: "Versions précédentes" }).waitFor();
    await assertAccessible(page, "a file with an older version, narrow and dark");
    await details.getByRole("button", { name: /^Restaurer la version du / }).press("Enter");
    await status(page, "l’état précédent est conservé");
    assert.deepEqual(complaints, []);
  });

  test("says which of several changes were refused", async () => {
    await using context = await visitor(browser, mouse, server.url);
    await seed(["/refused/a.txt", "/refused/b.txt", "/refused/sub/b.txt"]);
    const { page } = await openConsole(context, server);
    await goTo(page, "refused");
    for (const name of ["a.txt", "b.txt"]) await row(page, name).getByRole("checkbox").click();
    await row(page, "a.txt").dragTo(row(page, "sub"));
    await status(page, "1 of 2 done");
    await row(page, "a.txt").waitFor({ state: "detached" });
    await row(page, "b.txt").waitFor();
  });
});

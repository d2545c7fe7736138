import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { chromiumForPages } from "../_chromium.ts";
import { lacking } from "../_programs.ts";
import { builtConsole } from "./_built-console.ts";
import { assertAccessible, focusIn, openConsole } from "./_console.ts";
import { openChromium, visitor } from "./_pages.ts";

const words = {
  en: {
    list: /^Content of/,
    newFolder: "New folder",
    folderName: "Name of the folder",
    create: "Create folder",
    upload: "Upload",
    files: "Files…",
    folder: "Folder…",
    uploaded: (count: number) => `${count} files uploaded`,
    rename: "Rename",
    newName: "New name",
    move: "Move to…",
    moveHere: "Move here",
    undo: "Undo",
    copyLink: "Copy link",
    copied: "Link copied",
    remove: "Remove",
    removed: "removed",
    moved: "moved to",
    movedBack: "Moved back",
    root: "Files",
    exists: "already exists",
    keep: /^Keep both/,
    goOn: "Continue",
    search: "Search this folder",
    nothing: "No name in this folder contains",
    empty: "This folder is empty",
    keys: "Keyboard shortcuts",
    taken: "Another file or folder there has this name",
    details: "Details",
  },
  fr: {
    list: /^Contenu de/,
    newFolder: "Nouveau dossier",
    folderName: "Nom du dossier",
    create: "Créer le dossier",
    upload: "Envoyer",
    files: "Des fichiers…",
    folder: "Un dossier…",
    uploaded: (count: number) => `${count} fichiers envoyés`,
    rename: "Renommer",
    newName: "Nouveau nom",
    move: "Déplacer vers…",
    moveHere: "Déplacer ici",
    undo: "Annuler",
    copyLink: "Copier le lien",
    copied: "Lien copié",
    remove: "Supprimer",
    removed: "supprimé",
    moved: "déplacé vers",
    movedBack: "Remis à sa place",
    root: "Fichiers",
    exists: "existe déjà",
    keep: /^Garder les deux/,
    goOn: "Continuer",
    search: "Chercher dans ce dossier",
    nothing: "Aucun nom de ce dossier ne contient",
    empty: "Ce dossier est vide",
    keys: "Raccourcis clavier",
    taken: "Un autre fichier ou dossier y porte ce nom",
    details: "Détails",
  },
} as const;

suite("the console in Chromium", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  let parent: string;
  let built: Awaited<ReturnType<typeof builtConsole>>;
  let server: TestServer;
  let browser: Browser;

  before(async () => {
    parent = await mkdtemp(join(tmpdir(), "consigne-console-"));
    built = await builtConsole();
    server = await startTestServer({ consoleFolder: built.folder, limits: "friendly" });
    browser = await openChromium();
    await writeFile(join(parent, "one.txt"), "1");
    await writeFile(join(parent, "two.txt"), "22");
    await mkdir(join(parent, "trip/day 1"), { recursive: true });
    await writeFile(join(parent, "trip/plan.txt"), "plan");
    await writeFile(join(parent, "trip/day 1/photo.jpg"), "photo");
  });
  after(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
    await built[Symbol.asyncDispose]();
    await rm(parent, { recursive: true });
  });

  const open = (context: BrowserContext) => openConsole(context, server);
  const row = (page: Page, name: string) =>
    page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
  const status = (page: Page, text: string) => page.getByRole("status").filter({ hasText: text }).last().waitFor();

  test("works with the mouse, in light mode, English, at 1440 pixels", async () => {
    const text = words.en;
    const visit = { language: "en", colorScheme: "light", width: 1440, runsScripts: true } as const;
    await using context = await visitor(browser, visit, server.url);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const { page, complaints } = await open(context);
    await page.getByRole("heading", { name: text.empty }).waitFor();
    await assertAccessible(page, "an empty folder");
    await page.getByRole("button", { name: text.newFolder }).click();
    await page.getByLabel(text.folderName).fill("Photos");
    await assertAccessible(page, "the dialog for a new folder");
    await page.getByRole("button", { name: text.create }).click();
    await row(page, "Photos").waitFor();
    await page.getByRole("button", { name: text.newFolder }).click();
    await page.getByLabel(text.folderName).fill("Photos");
    await page.getByRole("button", { name: text.create }).click();
    await page.getByText(text.taken).waitFor();
    await assertAccessible(page, "a name that is taken");
    await page.keyboard.press("Escape");

    const choose = async (what: string, paths: string | string[]) => {
      await page.getByRole("button", { name: text.upload, exact: true }).click();
      await page.getByRole("menu").waitFor();
      const [chooser] = await Promise.all([
        page.waitForEvent("filechooser"),
        page.getByRole("menuitem", { name: what }).click(),
      ]);
      await chooser.setFiles(paths);
    };
    await choose(text.files, [join(parent, "one.txt"), join(parent, "two.txt")]);
    await page.getByText(text.uploaded(2)).first().waitFor();
    await row(page, "one.txt").waitFor();
    await page.getByRole("button", { name: "Show uploads" }).click();
    await assertAccessible(page, "uploads that are done");
    await choose(text.folder, join(parent, "trip"));
    await page.getByText(text.uploaded(4)).first().waitFor();
    await row(page, "trip").waitFor();
    await page.getByRole("button", { name: "Hide uploads" }).click();
    await choose(text.files, join(parent, "one.txt"));
    await page.getByRole("dialog").getByText(text.exists).waitFor();
    await assertAccessible(page, "a file that is already there");
    await page.getByRole("button", { name: text.goOn }).click();
    await row(page, "one (2).txt").waitFor();

    await row(page, "trip").getByRole("link").click();
    await row(page, "day 1").getByRole("link").click();
    await row(page, "photo.jpg").waitFor();
    await assertAccessible(page, "a folder in a folder");
    await page.getByRole("navigation", { name: "Folder path" }).getByRole("link", { name: text.root }).click();

    await row(page, "one (2).txt").click();
    await assertAccessible(page, "a selection");
    await page.getByRole("button", { name: text.rename }).click();
    await page.getByLabel(text.newName).fill("three.txt");
    await page.getByRole("dialog").getByRole("button", { name: text.rename }).click();
    await row(page, "three.txt").waitFor();
    await row(page, "three.txt").getByRole("checkbox", { name: "Select three.txt" }).click();
    await row(page, "two.txt").getByRole("checkbox").click();
    const [archive] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download", exact: true }).click(),
    ]);
    assert.equal(archive.suggestedFilename(), "files.zip");
    await page.getByRole("button", { name: text.move }).click();
    await page.getByRole("option", { name: "Photos" }).click();
    await assertAccessible(page, "the dialog to move");
    await page.getByRole("button", { name: text.moveHere }).click();
    await status(page, text.moved);
    await row(page, "two.txt").waitFor({ state: "detached" });
    await page.getByRole("button", { name: text.undo }).click();
    await row(page, "two.txt").waitFor();

    await row(page, "one.txt").click();
    await page.getByRole("button", { name: text.copyLink }).click();
    await status(page, text.copied);
    const copied = await page.evaluate("navigator.clipboard.readText()");
    assert.match(String(copied), new RegExp(`^${server.url}/\\?\\w{20}$`));
    await page.getByRole("button", { name: text.details }).click();
    await page.getByRole("complementary", { name: text.details }).getByText("Whirlpool").waitFor();
    await assertAccessible(page, "details of a file");
    await page.getByRole("button", { name: text.remove }).click();
    await page.getByRole("alertdialog").waitFor();
    await assertAccessible(page, "the question before something is removed");
    await page.getByRole("alertdialog").getByRole("button", { name: text.remove }).click();
    await row(page, "one.txt").waitFor({ state: "detached" });
    await page.getByRole("searchbox", { name: text.search }).fill("zzz");
    await page.getByText(text.nothing).waitFor();
    await assertAccessible(page, "a search without a match");
    await page.goto(`${server.url}/console/#/files/absent/deep`);
    await page.getByRole("alert").getByText("deep").waitFor();
    await assertAccessible(page, "a folder that is not there");
    assert.deepEqual(complaints, []);
  });

  test("works with the keyboard, in dark mode, French, at 360 pixels", async () => {
    const text = words.fr;
    const visit = { language: "fr", colorScheme: "dark", width: 360, runsScripts: true } as const;
    await using context = await visitor(browser, visit, server.url);
    const owned = await server.seed.folder("/Clavier");
    assert.ok(owned.id > 0);
    const { page, complaints } = await open(context);
    const { keyboard } = page;
    await row(page, "Clavier").waitFor();
    await assertAccessible(page, "the list, narrow and dark");
    await row(page, "Clavier").focus();
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: text.empty }).waitFor();
    await assertAccessible(page, "an empty folder, narrow and dark");
    for (const name of ["alpha", "beta", "gamma"]) {
      await keyboard.press("n");
      await focusIn(page.getByRole("dialog"));
      await keyboard.type(name);
      if (name === "alpha") await assertAccessible(page, "the dialog for a new folder, narrow and dark");
      await keyboard.press("Enter");
      await row(page, name).waitFor();
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    const focused = () => page.locator("[role=row]:focus");
    await focused().waitFor();
    await keyboard.press("End");
    await focused().filter({ hasText: "gamma" }).waitFor();
    await keyboard.press("F2");
    await focusIn(page.getByRole("dialog"));
    await keyboard.type("aaa");
    await keyboard.press("Enter");
    await row(page, "aaa").waitFor();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    // The focus follows its entry.
    await focused().filter({ hasText: "aaa" }).waitFor();

    await keyboard.press("Control+x");
    await keyboard.press("ArrowDown");
    await focused().filter({ hasText: "alpha" }).waitFor();
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: text.empty }).waitFor();
    await keyboard.press("Control+v");
    await row(page, "aaa").waitFor();
    await status(page, text.moved);
    await row(page, "aaa").focus();
    await keyboard.press("Control+z");
    await page.getByRole("heading", { name: text.empty }).waitFor();
    await keyboard.press("?");
    await focusIn(page.getByRole("dialog", { name: text.keys }));
    await assertAccessible(page, "the list of keys, narrow and dark");
    await keyboard.press("Escape");
    await page.goto(`${server.url}/console/#/files/Clavier`);
    await row(page, "beta").waitFor();
    await row(page, "aaa").focus();
    await keyboard.press("Space");
    await keyboard.press("Shift+ArrowDown");
    await page.getByText("2 sélectionnés").waitFor({ state: "attached" });
    await assertAccessible(page, "a selection, narrow and dark");
    await keyboard.press("Delete");
    await focusIn(page.getByRole("alertdialog"));
    await assertAccessible(page, "the question before something is removed, narrow and dark");
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    await row(page, "alpha").waitFor({ state: "detached" });
    // The focus stays in place.
    await focused().filter({ hasText: "beta" }).waitFor();
    assert.equal(
      await page
        .getByRole("row")
        .filter({ has: page.getByRole("link") })
        .count(),
      1,
    );
    await keyboard.press("Control+f");
    await keyboard.type("zzz");
    await page.getByText(text.nothing).waitFor();
    assert.deepEqual(complaints, []);
  });

  test("moves the focus to the last entry of a long folder and keeps it while scrolling", async () => {
    const visit = { language: "en", colorScheme: "light", width: 1440, runsScripts: true } as const;
    await using context = await visitor(browser, visit, server.url);
    const { id } = await server.seed.folder("/Long");
    const files = Object.fromEntries(Array.from({ length: 450 }, (_, at) => [`file ${at}.txt`, "x"]));
    await new ApiClient(server, server.apiKey).upload(files, { did: String(id) });
    const { page, complaints } = await open(context);
    await page.goto(`${server.url}/console/#/files/Long`);
    await row(page, "file 0.txt").focus();
    await page.keyboard.press("End");
    const focused = page.locator("[role=row]:focus");
    await focused.filter({ hasText: "file 449.txt" }).waitFor();
    await page.getByRole("grid").hover();
    await page.mouse.wheel(0, -100_000);
    await row(page, "file 0.txt").waitFor();
    assert.match(await focused.innerText(), /file 449\.txt/);
    await page.keyboard.press("Home");
    await focused.filter({ hasText: "file 0.txt" }).waitFor();
    await page.keyboard.press("Control+a");
    await page.getByText("450 selected").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("sends browsers without scripts to the plain files page", async () => {
    const visit = { language: "en", colorScheme: "light", width: 1440, runsScripts: false } as const;
    await using context = await visitor(browser, visit, server.url);
    const page = await context.newPage();
    await page.goto(`${server.url}/login.pl`);
    await page.locator("#mail").fill(server.email);
    await page.locator("#password").fill(server.password);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${server.url}/console/files.pl`);
  });

  test("links to the plain pages, which link back", async () => {
    const visit = { language: "en", colorScheme: "light", width: 1440, runsScripts: true } as const;
    await using context = await visitor(browser, visit, server.url);
    const { page, complaints } = await open(context);
    await page.getByRole("link", { name: "Plain pages" }).click();
    await page.waitForURL(`${server.url}/console/files.pl`);
    await page.getByRole("link", { name: "Open the console" }).click();
    await page.getByRole("heading", { name: "Files" }).waitFor();
    await page.setViewportSize({ width: 360, height: 800 });
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Plain pages" }).click();
    await page.waitForURL(`${server.url}/console/files.pl`);
    // Handlers that scrapers look for, which the page's policy keeps from running.
    const others = complaints.filter((each) => !each.startsWith("Executing inline event handler violates"));
    assert.deepEqual(others, []);
  });
});

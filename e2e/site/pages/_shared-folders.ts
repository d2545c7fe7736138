import assert from "node:assert/strict";
import { test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { ApiClient, type TestServer } from "@consigne/testkit";
import { addPerson } from "../../wire/_wire.ts";
import { assertAccessible, openConsole } from "../_console.ts";
import { visitor } from "../_pages.ts";
import { keys, mouse } from "./_pages-site.ts";

/** What a user does in somebody else's folder: the same as in their own, as far as the owner permits. */
export function testSharedFolders(site: () => { server: TestServer; browser: Browser }): void {
  const row = (page: Page, name: string) =>
    page.getByRole("row").filter({ has: page.getByTitle(name, { exact: true }) });
  const focused = (page: Page) => page.locator("[role=row]:focus");
  const status = (page: Page, text: string) => page.getByRole("status").filter({ hasText: text }).last().waitFor();
  /** A folder of the server's first account with some files and folders, shared with a new account. */
  const share = async (name: string, email: string, right: { rw: 0 | 1; hide_links: 0 | 1 }) => {
    const { server } = site();
    const person = await addPerson(server, email);
    const { id } = await server.seed.folder(`/${name}`);
    await server.seed.folder(`/${name}/inner/deep`);
    const owner = new ApiClient(server, server.apiKey);
    await owner.upload({ "a.txt": "the first", "b.txt": "second", "c.txt": "3" }, { did: String(id) });
    const shares = (given: object[]) => owner.ok("folder/share", { folder_id: id, shares: given });
    await shares([{ email, ...right }]);
    const names = async (path: string) => {
      const { entries } = (await owner.ok("/x/v1/folder/list", { path })) as { entries: { name: string }[] };
      return entries.map((entry) => entry.name);
    };
    const shareAnother = async (other: string) => {
      const { id: otherId } = await server.seed.folder(`/${other}`);
      await owner.ok("folder/share", { folder_id: otherId, shares: [{ email, ...right }] });
    };
    return { id, names, person, shareAnother, end: () => shares([]) };
  };

  test("another person's folder can be used with the mouse, in light mode, English, at 1440 pixels", async () => {
    const { server, browser } = site();
    const { id, names, person, shareAnother } = await share("Common", "may@example.org", { rw: 1, hide_links: 0 });
    await shareAnother("Archive");
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, { ...server, ...person });
    await page.getByRole("link", { name: "Shared with me" }).click();
    const received = page.getByRole("table", { name: "Shared with me" }).getByRole("row");
    await received.nth(1).filter({ hasText: "Archive" }).waitFor();
    await page.getByLabel("Sort").selectOption({ label: "Name, Z to A" });
    await received.nth(1).filter({ hasText: "Common" }).waitFor();
    await assertAccessible(page, "folders of others, sorted");
    await page.getByRole("link", { name: "Common" }).click();
    await row(page, "a.txt").waitFor();
    await page.getByText("Shared by owner@example.org. What you add counts towards their quota").waitFor();

    // The rows are in the requested order, and the selection stays with them.
    await row(page, "a.txt").click();
    await row(page, "c.txt").click({ modifiers: ["Control"] });
    await page.getByRole("button", { name: "Size" }).click();
    await page.getByRole("row").nth(2).filter({ hasText: "a.txt" }).waitFor();
    await page.getByText("2 selected").first().waitFor();
    const tools = page.getByRole("toolbar", { name: "Actions for the selection" });
    assert.equal(await tools.getByRole("button", { name: "Share…" }).count(), 0);
    assert.equal(await tools.getByRole("button", { name: "Attributes…" }).count(), 0);
    await assertAccessible(page, "files of somebody else's, selected");
    await tools.getByRole("button", { name: "Move to…" }).click();
    const moving = page.getByRole("dialog", { name: "Move 2 items" });
    await moving.getByRole("option", { name: "inner" }).dblclick();
    await moving.getByRole("button", { name: "Up to Common" }).waitFor();
    await moving.getByRole("option", { name: "deep" }).waitFor();
    await moving.getByText("Common / inner").waitFor();
    await moving.getByRole("button", { name: "Move here" }).click();
    await status(page, "2 items moved to inner");
    assert.deepEqual(await names("/Common/inner"), ["deep", "a.txt", "c.txt"]);
    await page.getByRole("button", { name: "Undo" }).click();
    await row(page, "a.txt").waitFor();

    await row(page, "b.txt").dragTo(row(page, "inner"));
    await row(page, "b.txt").waitFor({ state: "detached" });
    assert.deepEqual(await names("/Common/inner"), ["deep", "b.txt"]);

    await row(page, "a.txt").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Preview" }).waitFor();
    assert.equal(await page.getByRole("menuitem", { name: "Share…" }).count(), 0);
    await page.getByRole("menuitem", { name: "Preview" }).click();
    await page.getByRole("dialog", { name: "a.txt" }).getByText("the first").waitFor();
    await page.keyboard.press("Escape");
    await row(page, "a.txt").dblclick({ position: { x: 300, y: 10 } });
    await page.getByRole("dialog", { name: "a.txt" }).getByText("the first").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "a.txt" }).click();
    const details = page.getByRole("complementary", { name: "Details" });
    await details.getByText("text/plain").waitFor();
    assert.equal(await details.getByRole("button", { name: "Share…" }).count(), 0);
    await assertAccessible(page, "the details of a file of somebody else's");
    await details.getByRole("button", { name: "Close" }).click();

    // Through the queue: a taken name leads to a question, and nothing of the owner's is replaced.
    const send = async (files: { name: string; text: string }[]) => {
      if ((await page.getByRole("button", { name: "Clear the selection" }).count()) > 0)
        await page.getByRole("button", { name: "Clear the selection" }).click();
      await page.getByRole("button", { name: "Upload", exact: true }).click();
      const chooser = page.waitForEvent("filechooser");
      await page.getByRole("menuitem", { name: "Files…" }).click();
      const chosen = files.map(({ name, text }) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) }));
      await (await chooser).setFiles(chosen);
    };
    await send([{ name: "a.txt", text: "another first" }]);
    const conflict = page.getByRole("dialog", { name: "“a.txt” already exists" });
    await conflict.getByText("Only the owner of the shared folder can replace a file.").waitFor();
    assert.equal(await conflict.getByRole("radio").count(), 2);
    await assertAccessible(page, "a name that is taken in a folder of somebody else's");
    await conflict.getByRole("button", { name: "Continue" }).click();
    await row(page, "a (2).txt").waitFor();
    await dropFolder(page, "brought", ["one.txt", "two.txt"]);
    await row(page, "brought").waitFor();
    await status(page, "3 files uploaded");
    assert.deepEqual(await names("/Common/brought"), ["one.txt", "two.txt"]);

    await row(page, "brought").click();
    await tools.getByRole("button", { name: "Remove" }).waitFor();
    const archive = page.waitForEvent("download");
    await tools.getByRole("button", { name: "Download" }).click();
    assert.equal((await archive).suggestedFilename(), "brought.zip");
    await (await archive).cancel();
    await tools.getByRole("button", { name: "Remove" }).click();
    const removing = page.getByRole("alertdialog");
    await removing.getByText("It goes to the trash of owner@example.org. You cannot restore it yourself.").waitFor();
    await assertAccessible(page, "the removal of a folder of somebody else's");
    await removing.getByRole("button", { name: "Remove" }).click();
    await row(page, "brought").waitFor({ state: "detached" });
    const removed = page.locator("[role=status] > div").filter({ hasText: "“brought” removed" });
    await removed.waitFor();
    assert.equal(await removed.getByRole("button", { name: "Undo" }).count(), 0);

    await row(page, "inner").getByRole("link").click();
    await row(page, "b.txt").waitFor();
    assert.ok(!page.url().endsWith(`/${id}`));
    await page.getByRole("navigation", { name: "Folder path" }).getByRole("link", { name: "Common" }).click();
    await row(page, "a.txt").waitFor();
    assert.ok(page.url().endsWith(`#/shared/${id}`));

    await page.getByRole("button", { name: "Folders" }).click();
    const tree = page.getByRole("treegrid", { name: "Folders" });
    const line = (name: string, selected?: true) => tree.getByRole("row", { name, exact: true, selected });
    await line("Common", true).waitFor();
    await line("inner").getByRole("button").click();
    await line("deep").waitFor();
    await assertAccessible(page, "a tree of folders of somebody else's");
    await row(page, "a.txt").dragTo(line("deep"));
    await status(page, "“a.txt” moved to deep");
    assert.deepEqual(await names("/Common/inner/deep"), ["a.txt"]);
    await line("deep").click();
    await line("deep", true).waitFor();
    await row(page, "a.txt").waitFor();
    await page.goto(`${server.url}/console/#/shared`);
    await page.getByRole("link", { name: "Archive" }).click();
    await line("Archive", true).waitFor();
    assert.equal(await line("Common").count(), 0);
    assert.deepEqual(complaints, []);
  });

  test("another person's folder can be used with the keyboard, in dark mode, French, at 360 pixels", async () => {
    const { server, browser } = site();
    const { names, person } = await share("Commun", "peut@example.org", { rw: 1, hide_links: 0 });
    await using context = await visitor(browser, keys, server.url);
    const { page, complaints } = await openConsole(context, { ...server, ...person });
    const { keyboard } = page;
    await page.goto(`${server.url}/console/#/shared`);
    await page.getByRole("link", { name: "Commun" }).focus();
    await keyboard.press("Enter");
    await row(page, "a.txt").focus();
    await keyboard.press("F2");
    await page.getByRole("dialog", { name: "Renommer « a.txt »" }).locator("input:focus").waitFor();
    await keyboard.press("Control+A");
    await keyboard.type("premier.txt");
    await keyboard.press("Enter");
    await focused(page).waitFor();
    await row(page, "premier.txt").waitFor();
    await row(page, "premier.txt").focus();
    await keyboard.press("Control+X");
    await keyboard.press("Home");
    await focused(page).filter({ hasText: "inner" }).waitFor();
    await keyboard.press("Enter");
    await row(page, "deep").waitFor();
    await focused(page).waitFor();
    await keyboard.press("Control+V");
    await status(page, "« premier.txt » déplacé");
    await row(page, "premier.txt").waitFor();
    assert.deepEqual(await names("/Commun/inner"), ["deep", "premier.txt"]);
    await keyboard.press("Control+Z");
    await row(page, "premier.txt").waitFor({ state: "detached" });
    await keyboard.press("n");
    await page.getByRole("dialog").locator("input:focus").waitFor();
    await keyboard.type("neuf");
    await keyboard.press("Enter");
    await row(page, "neuf").waitFor();
    await focused(page).waitFor();
    await keyboard.press("Backspace");
    await row(page, "c.txt").waitFor();
    await keyboard.press("Backspace");
    await page.getByRole("link", { name: "Commun" }).waitFor();
    assert.ok(page.url().endsWith("#/shared"));
    assert.deepEqual(complaints, []);
  });

  test("another person's folder offers only what is allowed, and explains its shortcut keys", async () => {
    const { server, browser } = site();
    const { id, names, person, end } = await share("Lecture", "lit@example.org", { rw: 0, hide_links: 1 });
    await using context = await visitor(browser, keys, server.url);
    const { page, complaints } = await openConsole(context, { ...server, ...person });
    const { keyboard } = page;
    await page.goto(`${server.url}/console/#/shared/${id}`);
    await page.getByText("Partagé par owner@example.org, qui masque les liens.").waitFor();
    await page.getByRole("button", { name: "Dossiers" }).press("Enter");
    const folders = page.getByRole("dialog", { name: "Dossiers" }).getByRole("treegrid");
    await folders.getByRole("row", { name: "Lecture", selected: true }).and(focused(page)).waitFor();
    await keyboard.press("ArrowDown");
    await folders.getByRole("row", { name: "inner" }).and(focused(page)).waitFor();
    await keyboard.press("Enter");
    await row(page, "deep").waitFor();
    await focused(page).filter({ hasText: "deep" }).waitFor();
    await keyboard.press("Backspace");
    await row(page, "b.txt").waitFor();
    await row(page, "b.txt").focus();
    for (const key of ["F2", "Delete", "Control+X", "n", "u"]) {
      await keyboard.press(key);
      const notice = page.locator("[role=status] > div").filter({ hasText: "ne vous permet pas de modifier" });
      await notice.waitFor();
      assert.equal(await page.getByRole("dialog").or(page.getByRole("alertdialog")).count(), 0, key);
      // Whether it has expired by now or not.
      await page.locator("[role=status] button").evaluateAll((buttons) => {
        for (const button of buttons as unknown as { click(): void }[]) button.click();
      });
      await notice.waitFor({ state: "detached" });
      await row(page, "b.txt").focus();
    }
    await keyboard.press("Control+C");
    await status(page, "masque les liens de ces fichiers");
    await keyboard.press("Shift+F10");
    await page.getByRole("menu").getByText("Télécharger").waitFor();
    const offered = await page.getByRole("menuitem").allInnerTexts();
    assert.deepEqual(offered, ["Ouvrir", "Aperçu", "Télécharger"]);
    await assertAccessible(page, "the menu of a file with a hidden link");
    await page.getByRole("menuitem", { name: "Aperçu" }).focus();
    await keyboard.press("Enter");
    await page.getByRole("dialog", { name: "b.txt" }).getByText("second").waitFor();
    await keyboard.press("Escape");
    await focused(page).filter({ hasText: "b.txt" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Envoyer" }).count(), 0);
    await dropFolder(page, "refused", ["one.txt"]);
    await status(page, "ne vous permet pas de modifier");
    assert.deepEqual(await names("/Lecture"), ["inner", "a.txt", "b.txt", "c.txt"]);

    // Reported while it is shown.
    await end();
    await page.getByRole("alert").getByText("« Lecture » n’est plus partagé avec vous").waitFor();
    await assertAccessible(page, "a folder that is shared no more");
    await page.reload();
    await page.getByRole("alert").getByText("Ce dossier n’est pas partagé avec vous").waitFor();
    await assertAccessible(page, "a folder that is not shared");
    await page.getByRole("link", { name: "Aller aux dossiers partagés avec vous" }).focus();
    await keyboard.press("Enter");
    await page.getByText("Personne ne partage de dossier avec vous").waitFor();
    assert.deepEqual(complaints, []);
  });
}

/** As if a folder with files was dropped on the page: no browser lets a script drop a real one. */
async function dropFolder(page: Page, name: string, files: readonly string[]): Promise<void> {
  await page.locator("main [class*=area]").evaluate(
    (area, dropped) => {
      const world = globalThis as unknown as {
        File: new (parts: string[], name: string) => unknown;
        Event: new (kind: string, options: object) => object;
      };
      const fileEntry = (each: string) => ({
        name: each,
        isDirectory: false,
        file: (take: (file: unknown) => void) => take(new world.File([`bytes of ${each}`], each)),
      });
      const folder = {
        name: dropped.name,
        isDirectory: true,
        createReader: () => {
          const pieces = [dropped.files.map(fileEntry), []];
          return { readEntries: (take: (entries: unknown) => void) => take(pieces.shift() ?? []) };
        },
      };
      const dataTransfer = { types: ["Files"], items: [{ kind: "file", webkitGetAsEntry: () => folder }] };
      const event = Object.assign(new world.Event("drop", { bubbles: true, cancelable: true }), { dataTransfer });
      (area as unknown as { dispatchEvent(event: object): void }).dispatchEvent(event);
    },
    { name, files },
  );
}

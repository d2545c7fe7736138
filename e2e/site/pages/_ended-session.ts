import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, focusIn, openConsole } from "../_console.ts";
import { visitor } from "../_pages.ts";
import { keys, mouse, type PagesSite } from "./_pages-site.ts";

export function testEndedSession(site: PagesSite): void {
  test("a session ended elsewhere says so", async () => {
    await using context = await visitor(site.browser, mouse, site.server.url);
    const { page } = await openConsole(context, site.server);
    await site.goTo(page, "keys/new");
    await page.getByLabel("Name").fill("late");
    await context.clearCookies({ name: "SID" });
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByRole("alert").getByText("Your session has ended.").waitFor();
    await assertAccessible(page, "a session that ended");
    const [apart] = await Promise.all([
      context.waitForEvent("page"),
      page.getByRole("alert").getByRole("link", { name: "Sign in in a new window" }).click(),
    ]);
    await apart.locator("#mail").fill(site.server.email);
    await apart.locator("#password").fill(site.server.password);
    await apart.keyboard.press("Enter");
    await apart.waitForURL(`${site.server.url}/console/`);
    assert.equal(await page.getByLabel("Name").inputValue(), "late");
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByText("late").first().waitFor();
    await page.getByRole("alert").waitFor({ state: "detached" });
  });

  test("a page that cannot be loaded because the session has ended leads back to it by signing in", async () => {
    await site.server.seed.folder("/à plat/50 % & plus");
    await using context = await visitor(site.browser, keys, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    const { keyboard } = page;
    const heading = (name: string) => page.getByRole("heading", { level: 1, name });
    for (const [path, isThere] of [
      ["activity", heading("Activité")],
      [`files/${encodeURIComponent("à plat")}/${encodeURIComponent("50 %25 & plus")}`, heading("50 % & plus")],
    ] as const) {
      await context.clearCookies({ name: "SID" });
      await site.goTo(page, path);
      await page.getByRole("alert").getByText("Votre session est terminée.").waitFor();
      await assertAccessible(page, "a page that is not loaded without a session, narrow and dark");
      await page.getByRole("alert").getByRole("link", { name: "Se connecter" }).focus();
      await keyboard.press("Enter");
      await page.getByLabel("Adresse e-mail").fill(site.server.email);
      await page.getByLabel("Mot de passe", { exact: true }).fill(site.server.password);
      await keyboard.press("Enter");
      await page.waitForURL(`${site.server.url}/console/#/${path}`);
      await isThere.waitFor();
    }
    assert.deepEqual(complaints, []);
  });

  test("a session ended elsewhere while a dialog is open: signs in apart and continues, by keyboard", async () => {
    const name = "carnets";
    await site.server.seed.folder("/ailleurs");
    await using context = await visitor(site.browser, keys, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    const { keyboard } = page;
    const dialog = page.getByRole("dialog");
    const apart = dialog.getByRole("link", { name: "Se connecter dans une nouvelle fenêtre" });
    await site.row(page, "ailleurs").focus();
    await keyboard.press("n");
    await focusIn(dialog);
    await keyboard.type(name);
    await context.clearCookies({ name: "SID" });
    await keyboard.press("Enter");
    await dialog.getByRole("alert").getByText("Votre session est terminée.").waitFor();
    await focusIn(dialog.getByLabel("Nom du dossier"));
    await assertAccessible(page, "a session that ended while a dialog was open, narrow and dark");
    await keyboard.press("Tab");
    await focusIn(apart);
    const [opened] = await Promise.all([context.waitForEvent("page"), keyboard.press("Enter")]);
    await opened.getByLabel("Adresse e-mail").fill(site.server.email);
    await opened.getByLabel("Mot de passe", { exact: true }).fill(site.server.password);
    await opened.keyboard.press("Enter");
    await opened.waitForURL(`${site.server.url}/console/`);
    await opened.close();
    await keyboard.press("Shift+Tab");
    await focusIn(dialog.getByLabel("Nom du dossier"));
    await keyboard.press("Enter");
    await site.row(page, name).waitFor();
    await dialog.waitFor({ state: "detached" });

    await context.clearCookies({ name: "SID" });
    await site.row(page, name).focus();
    await keyboard.press("Delete");
    await focusIn(page.getByRole("alertdialog"));
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    await site.status(page, "Votre session est terminée.");
    await focusIn(page.getByRole("row"));
    await page.getByRole("status").getByRole("link", { name: "Se connecter dans une nouvelle fenêtre" }).waitFor();
    await assertAccessible(page, "a notice that the session has ended, narrow and dark");
    assert.deepEqual(complaints, []);
  });
}

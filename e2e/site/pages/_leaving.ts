import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, focusIn, openConsole } from "../_console.ts";
import { visitor } from "../_pages.ts";
import { keys, mouse, type PagesSite } from "./_pages-site.ts";

export function testLeaving(site: PagesSite): void {
  const leaver = async (email: string) => {
    const input = { email, password: "password of a leaver", planId: "premium" } as const;
    const account = await site.server.services.accounts.create("operator", input);
    const isLocked = async () => (await site.server.services.accounts.getByEmail("operator", email)).isLocked;
    return { ...site.server, ...account, ...input, url: site.server.url, isLocked };
  };

  test("account deletion works with the mouse, in light mode, English, at 1440 pixels", async () => {
    const person = await leaver("leaver@example.org");
    await using context = await visitor(site.browser, mouse, site.server.url);
    const { page, complaints } = await openConsole(context, person);
    await site.goTo(page, "settings");
    await page.getByRole("button", { name: "Delete account…" }).click();
    const dialog = page.getByRole("alertdialog", { name: "Delete your account?" });
    await dialog.getByText("0 files and their links").waitFor();
    await assertAccessible(page, "the question before an account is deleted");
    await dialog.getByLabel("To confirm").fill(site.server.email);
    await dialog.getByRole("button", { name: "Delete account" }).click();
    await dialog.getByText("This is not the address of your account.").waitFor();
    await assertAccessible(page, "another address typed");
    assert.equal(await person.isLocked(), false);
    await dialog.getByLabel("To confirm").fill("Leaver@example.org");
    await dialog.getByRole("button", { name: "Delete account" }).click();
    const told = page.getByRole("dialog", { name: "Your account is deleted" });
    await told.getByText("You are signed out.").waitFor();
    await assertAccessible(page, "an account that is deleted");
    assert.equal(await person.isLocked(), true);
    await told.getByRole("button", { name: "Close" }).last().click();
    await page.waitForURL(`${site.server.url}/`);
    assert.deepEqual(complaints, []);
  });

  test("account deletion works with the keyboard, in dark mode, French, at 360 pixels", async () => {
    const person = await leaver("partant@example.org");
    await using context = await visitor(site.browser, keys, site.server.url);
    const { page, complaints } = await openConsole(context, person);
    await site.goTo(page, "settings");
    await page.getByRole("button", { name: "Supprimer le compte…" }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("alertdialog", { name: "Supprimer votre compte ?" });
    await focusIn(dialog);
    await assertAccessible(page, "the question before an account is deleted, narrow and dark");
    await page.keyboard.type(person.email);
    await page.keyboard.press("Enter");
    await focusIn(page.getByRole("dialog", { name: "Votre compte est supprimé" }));
    await assertAccessible(page, "an account that is deleted, narrow and dark");
    assert.equal(await person.isLocked(), true);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${site.server.url}/`);
    assert.deepEqual(complaints, []);
  });
}

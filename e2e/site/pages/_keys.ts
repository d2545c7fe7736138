import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { ApiClient } from "@consigne/testkit";
import { assertAccessible, focusIn, openConsole } from "../_console.ts";
import { visitor } from "../_pages.ts";
import { keys, LATE_MS, mouse, type PagesSite } from "./_pages-site.ts";

/** In browsers without a clipboard for pages, as over plain http, and in those that do not let pages copy at all. */
async function assertCopies(page: Page, button: Locator, text: string): Promise<void> {
  await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
  await button.click();
  await page.getByRole("status").filter({ hasText: "Copied" }).last().waitFor();
  await page.evaluate("document.body.append(Object.assign(document.createElement('textarea'), { id: 'pasted' }))");
  await page.locator("#pasted").focus();
  await page.keyboard.press("ControlOrMeta+V");
  assert.equal(await page.locator("#pasted").inputValue(), text);
  await page.evaluate("document.querySelector('#pasted').remove(); document.execCommand = () => false");
  await button.click();
  assert.equal(await page.getByLabel("Your browser did not let this page copy").inputValue(), text);
  await page.evaluate("delete document.execCommand");
}

export function testKeys(site: PagesSite): void {
  test("API keys work with the mouse, in light mode, English, at 1440 pixels", async () => {
    await using context = await visitor(site.browser, mouse, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await page.getByRole("link", { name: "API keys" }).click();
    await page.getByRole("table", { name: "Your API keys" }).waitFor();
    await assertAccessible(page, "the keys");
    await page.getByRole("link", { name: "New key" }).click();
    await page.getByRole("heading", { name: "New key" }).waitFor();
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByText("Give the key a name.").waitFor();
    await assertAccessible(page, "a key without a name");
    await page.getByLabel("Name").fill("laptop");
    await page.getByLabel("Folder").fill("/nowhere");
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByText("There is no such folder.").waitFor();
    await page.getByLabel("Folder").fill("/photos");
    await page.getByLabel("Addresses").fill("somewhere");
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByText("neither an address").waitFor();
    await page.getByLabel("Addresses").fill("127.0.0.0/8");
    await page.getByText("Choose each right.").click();
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByText("This key could do nothing.").waitFor();
    await page.getByLabel("files", { exact: true }).selectOption("write");
    await assertAccessible(page, "each right by itself");
    site.clock.advance(LATE_MS);
    await page.getByRole("button", { name: "Create key" }).click();
    await site.prove(page, { title: "Is it you?", password: "Current password" }, "That is not your password.");
    await page.getByRole("heading", { name: "Your new key" }).waitFor();
    await assertAccessible(page, "a new key");
    const text = (await page.locator("code").first().innerText()).trim();
    const created = new ApiClient(site.server, text);
    assert.equal((await created.call("folder/ls", { folder_id: 0 })).status, 200);
    assert.equal((await created.call("user/info")).status, 403);
    await assertCopies(page, page.getByRole("button", { name: "Copy the key" }), text);
    await page.getByRole("button", { name: "I have stored it" }).click();

    const row = page.getByRole("row").filter({ hasText: "laptop" });
    await row.filter({ hasText: "/photos" }).filter({ hasText: "see and change: files" }).waitFor();
    const choose = async (what: string) => {
      await page.getByRole("button", { name: "Actions for laptop" }).first().click();
      await page.getByRole("menuitem", { name: what }).click();
    };
    await choose("Replace…");
    await assertAccessible(page, "the dialog to replace a key");
    await page.getByRole("button", { name: "Replace key" }).click();
    await page.getByText("The old key ends").waitFor();
    await page.getByRole("button", { name: "I have stored it" }).click();
    await choose("Rename…");
    await page.getByRole("textbox", { name: "Name" }).fill("desk");
    await page.getByRole("button", { name: "Rename key" }).click();
    await site.status(page, "The key is now called “desk”");
    await page.getByRole("button", { name: "Actions for desk" }).click();
    await page.getByRole("menuitem", { name: "Revoke…" }).click();
    await page.getByRole("alertdialog").getByText("stops working immediately").waitFor();
    await assertAccessible(page, "the question before a key is revoked");
    await page.getByRole("button", { name: "Revoke key" }).click();
    await site.status(page, "“desk” is revoked");
    await page.getByRole("row").filter({ hasText: "desk" }).filter({ hasText: "revoked" }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test("API keys work with the keyboard, in dark mode, French, at 360 pixels", async () => {
    await using context = await visitor(site.browser, keys, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    const { keyboard } = page;
    await page.getByRole("button", { name: "Plus" }).focus();
    await keyboard.press("Enter");
    await page.getByRole("menu").waitFor();
    await assertAccessible(page, "what the bottom bar has no room for");
    await page.getByRole("menuitem", { name: "Se déconnecter" }).waitFor();
    await focusIn(page.getByRole("menu"));
    await keyboard.press("Escape");
    await site.goTo(page, "keys");
    await page.getByRole("link", { name: "Nouvelle clé" }).focus();
    await assertAccessible(page, "the keys, narrow and dark");
    await keyboard.press("Enter");
    await focusIn(page.getByLabel("Nom"));
    await keyboard.type("téléphone");
    await keyboard.press("Tab");
    await keyboard.press("ArrowDown");
    assert.ok(await page.getByRole("radio", { name: /^Envoi seul/ }).isChecked());
    await assertAccessible(page, "a new key, narrow and dark");
    site.clock.advance(LATE_MS);
    await page.getByLabel("Nom").focus();
    await keyboard.press("Enter");
    await site.prove(
      page,
      { title: "Est-ce bien vous ?", password: "Mot de passe actuel" },
      "Ce n’est pas votre mot de passe.",
    );
    await page.getByRole("heading", { name: "Votre nouvelle clé" }).waitFor();
    await assertAccessible(page, "the text of a key, narrow and dark");
    await page.getByRole("button", { name: "Je l’ai notée" }).focus();
    await keyboard.press("Enter");
    await page.getByRole("button", { name: "Actions pour téléphone" }).focus();
    await keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Révoquer…" }).focus();
    await keyboard.press("Enter");
    await focusIn(page.getByRole("alertdialog"));
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    await site.status(page, "« téléphone » est révoquée");
    assert.deepEqual(complaints, []);
  });

  test("a key for rclone shows the lines for rclone first", async () => {
    await using context = await visitor(site.browser, mouse, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await site.goTo(page, "keys/new");
    await page.getByLabel("Name").fill("backup");
    await page.getByRole("radio", { name: /^rclone/ }).check();
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByRole("heading", { name: "Your new key" }).waitFor();
    const tools = await page
      .getByRole("region", { name: "Ready to use" })
      .getByRole("heading", { level: 3 })
      .allInnerTexts();
    assert.match(tools[0] ?? "", /^rclone:/);
    assert.match(tools[1] ?? "", /^rclone/);
    assert.equal(tools[2], "curl");
    assert.deepEqual(complaints, []);
  });
}

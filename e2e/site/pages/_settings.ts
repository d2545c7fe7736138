import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { ApiClient } from "@consigne/testkit";
import { assertAccessible, focusIn, openConsole } from "../_console.ts";
import { visitor } from "../_pages.ts";
import { keys, LATE_MS, mouse, type PagesSite } from "./_pages-site.ts";

export function testSettings(site: PagesSite): void {
  test("settings work with the mouse, in light mode, English, at 1440 pixels", async () => {
    await using elsewhere = await visitor(site.browser, mouse, site.server.url);
    await openConsole(elsewhere, site.server);
    await using context = await visitor(site.browser, mouse, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByText(site.server.email).waitFor();
    const sessions = page.getByRole("table", { name: "Where you are signed in" });
    await sessions.getByText("Chrome on Linux").first().waitFor();
    await assertAccessible(page, "the settings");
    await page.getByLabel("Theme").selectOption("dark");
    const background = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    assert.equal(await background(), "rgb(28, 32, 36)");
    await assertAccessible(page, "the settings in the dark");
    await page.reload();
    await sessions.waitFor();
    assert.equal(await background(), "rgb(28, 32, 36)");
    await page.getByLabel("Theme").selectOption("system");
    await page.getByLabel("Language").selectOption("fr");
    await page.getByRole("heading", { name: "Réglages" }).waitFor();
    await page.getByLabel("Langue").selectOption("en");
    await page.getByRole("heading", { name: "Settings" }).waitFor();

    const forms = (name: string) => page.getByRole("form", { name });
    const days = page.getByRole("textbox", { name: "Days to keep what you remove" });
    const keep = async (text: string) => {
      await days.fill(text);
      await forms("Days to keep what you remove").getByRole("button", { name: "Save", exact: true }).click();
    };
    const inForce = await days.inputValue();
    for (const wrong of ["-1", "1.5", "99999"]) {
      await keep(wrong);
      await page.getByText("Enter a whole number of days, up to 3650.").waitFor();
    }
    await assertAccessible(page, "a wrong number of days");
    await keep("7");
    await site.status(page, "what you remove stays in the trash for 7 days");
    await page.reload();
    await sessions.waitFor();
    assert.equal(await days.inputValue(), "7");
    await keep("0");
    await site.status(page, "what you remove is gone immediately");
    const read = Promise.withResolvers<void>();
    await page.route("**/x/v1/account/show", (route) => read.promise.then(() => route.continue()));
    await keep("");
    await site.status(page, `what you remove stays in the trash for ${inForce} days`);
    assert.equal(await days.inputValue(), inForce, "before the account is loaded again");
    read.resolve();
    await page.unrouteAll({ behavior: "wait" });
    const versions = forms("Days to keep older versions");
    await versions.getByRole("textbox").fill("5");
    await versions.getByRole("button", { name: "Save" }).click();
    await site.status(page, "older versions are kept for 5 days");
    const links = forms("Links");
    await links.getByText("Show me the page of a file too").click();
    await links.getByLabel("Link domain of new files").selectOption("2");
    await links.getByRole("button", { name: "Save" }).click();
    await site.status(page, "Saved");
    const client = new ApiClient(site.server, site.server.apiKey);
    assert.deepEqual((await client.ok("/x/v1/account/show"))["settings"], {
      default_domain: 2,
      download_menu: 1,
      trash_days: Number(inForce),
      version_days: 5,
    });
    await client.ok("/x/v1/account/change", { default_domain: 0, download_menu: 0 });

    site.clock.advance(LATE_MS);
    await page
      .getByRole("button", { name: /^End the session of/ })
      .first()
      .click();
    await focusIn(page.getByRole("dialog", { name: "Is it you?" }));
    await page.keyboard.press("Escape");
    await page.getByRole("alert").getByText("your password was not entered").waitFor();
    await assertAccessible(page, "a password that was not given");
    await page.getByRole("button", { name: "End all other sessions" }).click();
    await site.prove(page, { title: "Is it you?", password: "Current password" }, "That is not your password.");
    await page.getByText("You are signed in nowhere else.").waitFor();

    const change = page.getByRole("button", { name: "Change password" });
    const fill = async (first: string, second: string) => {
      await page.getByLabel("New password", { exact: true }).fill(first);
      await page.getByLabel("New password, again").fill(second);
      await change.click();
    };
    await fill("short", "short");
    await page.getByText("A password has at least 8 characters.").waitFor();
    await fill("a rather long sentence", "another long sentence");
    await page.getByText("The two passwords differ.").waitFor();
    await fill("password", "password");
    await page.getByText("too easy to guess").waitFor();
    await assertAccessible(page, "a weak password");
    await fill("a rather long sentence", "a rather long sentence");
    await site.status(page, "Your password is changed");
    await page.getByLabel("New e-mail address").fill("nowhere");
    await page.getByRole("button", { name: "Send the link" }).click();
    await page.getByText("This is not an e-mail address.").waitFor();
    await page.getByLabel("New e-mail address").fill("new@example.org");
    await page.getByRole("button", { name: "Send the link" }).click();
    await site.status(page, "an e-mail with a link is ready");
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as a file" }).click(),
    ]);
    assert.match(saved.suggestedFilename(), /^consigne-\d{4}-\d\d-\d\d\.jsonl$/);
    const lines = (await readFile(await saved.path(), "utf8")).trimEnd().split("\n");
    const kinds = lines.map((line) => (JSON.parse(line) as { kind: string }).kind);
    for (const kind of ["account", "folder", "key", "session", "activity"]) assert.ok(kinds.includes(kind), kind);
    await site.status(page, `${lines.length} records saved`);
    const account = await site.server.services.accounts.getByEmail("operator", site.server.email);
    await site.server.services.accounts.setPassword("operator", account, site.server.password);
    assert.deepEqual(complaints, []);
  });

  test("settings work with the keyboard, in dark mode, French, at 360 pixels", async () => {
    await using context = await visitor(site.browser, keys, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await site.goTo(page, "settings");
    await page.getByRole("table", { name: "Où vous êtes connecté" }).waitFor();
    await assertAccessible(page, "the settings, narrow and dark");
    await page.getByLabel("Thème").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    assert.equal(await page.getByLabel("Thème").inputValue(), "light");
    await assertAccessible(page, "the settings, narrow and light");
    await page.getByLabel("Nouveau mot de passe", { exact: true }).focus();
    await page.keyboard.type("court");
    await page.keyboard.press("Enter");
    await page.getByText("Un mot de passe a au moins 8 caractères.").waitFor();
    await assertAccessible(page, "a short password, narrow");
    assert.deepEqual(complaints, []);
  });
}

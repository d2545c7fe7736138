import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { ApiClient } from "@consigne/testkit";
import { assertAccessible, openConsole } from "../_console.ts";
import { visitor } from "../_pages.ts";
import { keys, mouse, type PagesSite } from "./_pages-site.ts";

export function testActivity(site: PagesSite): void {
  test("activity works with the mouse, in light mode, English, at 1440 pixels", async () => {
    const client = new ApiClient(site.server, site.server.apiKey);
    await client.ok("folder/mkdir", { name: "seen", folder_id: 0 });
    await client.upload({ "=formula.txt": "x" });
    await using context = await visitor(site.browser, mouse, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await page.getByRole("link", { name: "Activity" }).click();
    const table = page.getByRole("table", { name: "Changes in your account" });
    await table.getByText("Folder seen created").waitFor();
    await table.getByText("“=formula.txt” uploaded").waitFor();
    await table.getByText("key first key").first().waitFor();
    await assertAccessible(page, "the activity");
    await page.getByRole("button", { name: "Only changes to the same thing: Folder seen created" }).click();
    await page.getByText("Only changes to seen").waitFor();
    await page.getByText("“=formula.txt” uploaded").waitFor({ state: "detached" });
    await assertAccessible(page, "the activity of one object");
    await page.getByRole("button", { name: "Show all changes" }).click();
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download as CSV" }).click(),
    ]);
    const csv = await readFile(await saved.path(), "utf8");
    assert.match(csv, /^\u{feff}When,What,Who,From,action,object\r\n/u);
    assert.match(csv, /“=formula\.txt” uploaded,key first key,127\.0\.0\.1,file\.upload,/);
    await page.getByLabel("Done by").selectOption("others");
    await page.getByText("Folder").waitFor({ state: "detached" });
    await page.getByLabel("To", { exact: true }).fill("2020-01-01");
    await page.getByText("No matching changes").waitFor();
    await assertAccessible(page, "no activity");
    assert.deepEqual(complaints, []);
  });

  test("activity works with the keyboard, in dark mode, French, at 360 pixels", async () => {
    await using context = await visitor(site.browser, keys, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await site.goTo(page, "activity");
    await page.getByText("Connexion").first().waitFor();
    await assertAccessible(page, "the activity, narrow and dark");
    await page.getByLabel("Fait par").focus();
    await page.keyboard.press("ArrowDown");
    assert.equal(await page.getByLabel("Fait par").inputValue(), "me");
    await page.getByText("Connexion").first().waitFor();
    assert.deepEqual(complaints, []);
  });
}

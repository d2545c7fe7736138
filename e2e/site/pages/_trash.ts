import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiClient } from "@consigne/testkit";
import { assertAccessible, openConsole } from "../_console.ts";
import { visitor } from "../_pages.ts";
import { keys, mouse, type PagesSite } from "./_pages-site.ts";

export function testTrash(site: PagesSite): void {
  test("the trash by mouse, light, English, 1440 pixels", async () => {
    await site.server.seed.file("/albums/inner/deep.txt", "deep");
    const { url } = await site.server.seed.file("/gone.txt", "gone");
    await using context = await visitor(site.browser, mouse, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    const remove = async (name: string) => {
      await page.getByRole("row").filter({ hasText: name }).click();
      await page.getByRole("button", { name: "Remove" }).click();
      await page.getByRole("alertdialog").getByText("from the trash for 30 days").waitFor();
      await assertAccessible(page, "what says that it can be restored");
      await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
      await page.getByRole("row").filter({ hasText: name }).waitFor({ state: "detached" });
    };
    await remove("albums");
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("row").filter({ hasText: "albums" }).waitFor();
    await remove("albums");
    await remove("gone.txt");
    await page.getByRole("link", { name: "Trash" }).click();
    const entry = (name: string) => page.getByRole("table").getByRole("row").filter({ hasText: name });
    await entry("gone.txt").waitFor();
    await entry("albums/").getByText("4 B in 2 items").waitFor();
    await assertAccessible(page, "the trash");
    await entry("gone.txt").getByRole("button", { name: "Restore" }).click();
    await site.status(page, "“gone.txt” is back in Files");
    await entry("gone.txt").waitFor({ state: "detached" });
    assert.equal((await fetch(`${url}&e=1`)).status, 200);
    await entry("albums/").getByRole("button", { name: "Actions for albums" }).click();
    await page.getByRole("menuitem", { name: "Remove for good" }).click();
    await page.getByRole("alertdialog").getByText("This cannot be undone").waitFor();
    await assertAccessible(page, "the question before something goes for good");
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove for good" }).click();
    await page.getByRole("heading", { name: "The trash is empty" }).waitFor();
    await assertAccessible(page, "an empty trash");
    assert.deepEqual(complaints, []);
  });

  test("the trash by keyboard, dark, French, 360 pixels", async () => {
    for (const name of ["a.txt", "b.txt"]) await site.server.seed.file(`/${name}`, name);
    const client = new ApiClient(site.server, site.server.apiKey);
    const items = (await client.ok("/x/v1/folder/list"))["entries"] as { file_id?: string }[];
    const changes = items.flatMap(({ file_id: id }) => (id === undefined ? [] : { file_id: id, remove: 1 }));
    await client.ok("/x/v1/batch/change", { changes });
    await using context = await visitor(site.browser, keys, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await site.goTo(page, "trash");
    await page.getByRole("button", { name: "Restaurer: b.txt" }).waitFor();
    await assertAccessible(page, "the trash, narrow and dark");
    await page.getByRole("button", { name: "Restaurer: b.txt" }).focus();
    await page.keyboard.press("Enter");
    await site.status(page, "« b.txt » est de retour");
    await page.getByRole("button", { name: "Vider la corbeille" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog").waitFor();
    await assertAccessible(page, "the question before the trash is emptied, narrow");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "La corbeille est vide" }).waitFor();
    assert.deepEqual(complaints, []);
  });
}

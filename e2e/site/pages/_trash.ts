import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiClient } from "@consigne/testkit";
import { assertAccessible, focusIn, openConsole } from "../_console.ts";
import { visitor } from "../_pages.ts";
import { keys, mouse, type PagesSite } from "./_pages-site.ts";

export function testTrash(site: PagesSite): void {
  /** Files in the root, to be removed. */
  const filesNamed = async (names: readonly string[]) => {
    const client = new ApiClient(site.server, site.server.apiKey);
    const items = (await client.ok("/x/v1/folder/list"))["entries"] as { name: string; file_id?: string }[];
    return items.filter(({ name }) => names.includes(name)).map(({ file_id }) => ({ file_id, remove: 1 }));
  };

  test("the trash works with the mouse, in light mode, English, at 1440 pixels", async () => {
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
    for (const name of ["one.txt", "two.txt", "three.txt"]) await site.server.seed.file(`/${name}`, name);
    await new ApiClient(site.server, site.server.apiKey).ok("/x/v1/batch/change", {
      changes: await filesNamed(["one.txt", "two.txt", "three.txt"]),
    });
    for (const name of ["one.txt", "two.txt"]) {
      await entry(name).waitFor();
      await page.getByRole("checkbox", { name: `Select ${name}` }).focus();
      await page.keyboard.press("Space");
    }
    await page.getByRole("toolbar", { name: "2 selected" }).waitFor();
    await assertAccessible(page, "two entries of the trash chosen");
    await page.getByRole("button", { name: "Restore them" }).click();
    await site.status(page, "2 items restored");
    await page.getByRole("toolbar", { name: "2 selected" }).waitFor({ state: "detached" });
    await page.getByRole("checkbox", { name: "Select three.txt" }).focus();
    await page.keyboard.press("Space");
    await page.getByRole("toolbar").getByRole("button", { name: "Remove for good…" }).click();
    await page.getByRole("alertdialog", { name: "Remove “three.txt” for good?" }).waitFor();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove for good" }).click();
    await entry("three.txt").waitFor({ state: "detached" });
    await entry("albums/").getByRole("button", { name: "Actions for albums" }).click();
    await page.getByRole("menuitem", { name: "Remove for good" }).click();
    await page.getByRole("alertdialog").getByText("This cannot be undone").waitFor();
    await assertAccessible(page, "the question before something goes for good");
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove for good" }).click();
    await page.getByRole("heading", { name: "The trash is empty" }).waitFor();
    await assertAccessible(page, "an empty trash");
    assert.deepEqual(complaints, []);
  });

  test("the trash works with the keyboard, in dark mode, French, at 360 pixels", async () => {
    for (const name of ["a.txt", "b.txt"]) await site.server.seed.file(`/${name}`, name);
    const client = new ApiClient(site.server, site.server.apiKey);
    await client.ok("/x/v1/batch/change", { changes: await filesNamed(["a.txt", "b.txt"]) });
    await using context = await visitor(site.browser, keys, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await site.goTo(page, "trash");
    await page.getByRole("button", { name: "Restaurer b.txt" }).waitFor();
    await assertAccessible(page, "the trash, narrow and dark");
    await page.getByRole("button", { name: "Restaurer b.txt" }).focus();
    await page.keyboard.press("Enter");
    await site.status(page, "« b.txt » est de retour");
    await page.getByRole("button", { name: "Vider la corbeille" }).focus();
    await page.keyboard.press("Enter");
    await focusIn(page.getByRole("alertdialog"));
    await assertAccessible(page, "the question before the trash is emptied, narrow");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "La corbeille est vide" }).waitFor();
    assert.deepEqual(complaints, []);
  });
}

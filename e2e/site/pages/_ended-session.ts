import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, openConsole } from "../_console.ts";
import { visitor } from "../_pages.ts";
import { mouse, type PagesSite } from "./_pages-site.ts";

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
}

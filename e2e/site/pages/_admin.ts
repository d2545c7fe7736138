import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, focusIn, openConsole } from "../_console.ts";
import { visitor } from "../_pages.ts";
import { keys, LATE_MS, mouse, type PagesSite } from "./_pages-site.ts";

export function testAdministration(site: PagesSite): void {
  test("administration works with the mouse, in light mode, English, at 1440 pixels", async () => {
    const { accounts } = site.server.services;
    const input = { email: "guest@example.org", password: "password of a guest", planId: "premium" } as const;
    await accounts.create("operator", input);
    await site.server.limits.lock("key");
    await using context = await visitor(site.browser, mouse, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await page.getByRole("link", { name: "Administration" }).click();
    const users = page.getByRole("table", { name: "Users" });
    const row = users.getByRole("row").filter({ hasText: "guest@example.org" });
    await row.filter({ hasText: "Premium" }).waitFor();
    await assertAccessible(page, "the administration");
    const choose = async (what: string) => {
      await page.getByRole("button", { name: "Actions for guest@example.org" }).click();
      await page.getByRole("menuitem", { name: what }).click();
    };
    await choose("Plan and quota…");
    await page.getByRole("textbox", { name: "Quota in GiB" }).fill("much");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("A quota is a number").waitFor();
    await assertAccessible(page, "a quota that is none");
    await page.getByRole("textbox", { name: "Quota in GiB" }).fill("2");
    site.clock.advance(LATE_MS);
    await page.getByRole("button", { name: "Save" }).click();
    await site.prove(page, { title: "Is it you?", password: "Current password" }, "That is not your password.");
    await row.filter({ hasText: "of 2 GiB" }).waitFor();
    await choose("Lock…");
    await page.getByRole("alertdialog").waitFor();
    await assertAccessible(page, "the question before an account is locked");
    await page.getByRole("button", { name: "Lock account" }).click();
    await row.filter({ hasText: "locked" }).waitFor();
    assert.ok((await accounts.getByEmail("operator", input.email)).isLocked);
    await page.getByRole("button", { name: "Actions for guest@example.org" }).click();
    const icons = await page
      .getByRole("menu")
      .locator("path")
      .evaluateAll((paths) => paths.map((path) => path.getAttribute("d")));
    assert.deepEqual([icons.length, new Set(icons).size], [3, 3], "each action has an icon of its own");
    await page.keyboard.press("Escape");
    await choose("Unlock");
    await row.filter({ hasText: "locked" }).waitFor({ state: "detached" });
    await page.getByRole("cell", { name: "too many calls (#219)" }).waitFor();
    await page
      .getByRole("button", { name: /^Release key “.+” of .+@/ })
      .first()
      .click();
    await page.getByText("Nobody is locked out.").waitFor();
    await page.getByLabel("Which").selectOption("all");
    await assertAccessible(page, "all jobs");
    await page.getByRole("button", { name: "Actions for statistics" }).first().click();
    await page.getByRole("menuitem", { name: "Details" }).click();
    const job = page.getByRole("dialog", { name: "Job statistics" });
    await job.getByText("the server’s own work").waitFor();
    await assertAccessible(page, "a job");
    await page.keyboard.press("Escape");
    const delayed = await site.delayJob("expire");
    await page.getByLabel("Which").selectOption("delayed");
    await page.getByRole("button", { name: "Actions for expire" }).click();
    await page.getByRole("menuitem", { name: "Cancel" }).waitFor();
    await page.getByRole("menuitem", { name: "Run now" }).click();
    await page.getByText("expire: done").waitFor();
    assert.notEqual((await site.server.services.jobs.find("operator", delayed))?.state, "delayed");
    const settings = page.getByRole("table", { name: "Settings in force" });
    await settings.getByRole("row").filter({ hasText: "CONSIGNE_LIMITS" }).filter({ hasText: "environment" }).waitFor();
    await settings
      .getByRole("row")
      .filter({ hasText: "CONSIGNE_ADMIN_PASSWORD" })
      .filter({ hasText: "not shown" })
      .waitFor();

    await page.getByRole("button", { name: "Invite…" }).click();
    const dialog = page.getByRole("dialog", { name: "Invite somebody" });
    const invite = async (email: string) => {
      await dialog.getByLabel("E-mail address").fill(email);
      await dialog.getByRole("button", { name: "Send invitation" }).click();
    };
    await invite("nowhere");
    await dialog.getByText("This is not an e-mail address.").waitFor();
    await invite(input.email);
    await dialog.getByText("There is already an account with this address.").waitFor();
    await assertAccessible(page, "an invitation of somebody who has an account");
    await dialog.getByLabel("Plan").selectOption("access");
    await invite("invited@example.org");
    await site.status(page, "The invitation for invited@example.org is ready");
    const invitation = page
      .getByRole("table", { name: "Invitations" })
      .getByRole("row")
      .filter({ hasText: "invited@example.org" });
    await invitation.filter({ hasText: "pending" }).filter({ hasText: "Access" }).waitFor();
    await assertAccessible(page, "an open invitation");
    await page.getByRole("button", { name: "Actions for invited@example.org" }).click();
    await page.getByRole("menuitem", { name: "Revoke" }).click();
    await invitation.filter({ hasText: "revoked" }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test("administration works with the keyboard, in dark mode, French, at 360 pixels", async () => {
    await using context = await visitor(site.browser, keys, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await page.getByRole("button", { name: "Plus" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Administration" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("table", { name: "Utilisateurs" }).waitFor();
    await page.getByRole("table", { name: "Paramètres en vigueur" }).waitFor();
    await assertAccessible(page, "the administration, narrow and dark");
    await page.getByRole("button", { name: "Inviter…" }).focus();
    await page.keyboard.press("Enter");
    await focusIn(page.getByRole("dialog", { name: "Inviter quelqu’un" }));
    await page.keyboard.type("invitee@example.org");
    await assertAccessible(page, "an invitation, narrow and dark");
    await page.keyboard.press("Enter");
    await site.status(page, "Un message avec une invitation pour invitee@example.org est prêt");
    await page.getByRole("table", { name: "Invitations" }).getByText("invitee@example.org").waitFor();
    await page.getByLabel("Lesquelles").selectOption("all");
    await page
      .getByRole("button", { name: /statistics/ })
      .first()
      .focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Détails" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Tâche statistics" }).waitFor();
    await assertAccessible(page, "a job, narrow and dark");
    assert.deepEqual(complaints, []);
  });
}

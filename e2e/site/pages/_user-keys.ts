import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { fullScopes } from "@consigne/core";
import { ApiClient } from "@consigne/testkit";
import { assertAccessible, focusIn, openConsole } from "../_console.ts";
import { visitor } from "../_pages.ts";
import { keys, LATE_MS, mouse, type PagesSite } from "./_pages-site.ts";

export function testUserKeys(site: PagesSite): void {
  /** Somebody with a key, and a key that this one made. */
  async function addUser(email: string) {
    const { accounts, keys: apiKeys } = site.server.services;
    const account = await accounts.create("operator", { email, password: "a rather long one", planId: "premium" });
    const maker = await apiKeys.create("operator", account, {
      name: "laptop",
      scopes: fullScopes,
      allowedAddresses: ["127.0.0.0/8"],
    });
    const client = new ApiClient(site.server, maker.text);
    const created = await client.ok("/x/v1/keys/add", { name: "camera", scopes: { uploads: "write" } });
    return { client, made: new ApiClient(site.server, String(created["api_key"])) };
  }
  const works = async (client: ApiClient) => (await client.call("/x/v1/uploads/list", {})).status === 200;
  const rowOf = (page: Page, name: string) => page.getByRole("row").filter({ hasText: name });

  test("an administrator revokes the keys of a user with the mouse, in light mode, English, at 1440 pixels", async () => {
    const { client, made: created } = await addUser("keys@example.org");
    await site.server.services.accounts.create("operator", {
      email: "keyless@example.org",
      password: "a rather long one",
      planId: "free",
    });
    await using context = await visitor(site.browser, mouse, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await site.goTo(page, "admin");
    const show = async (email: string) => {
      await page.getByRole("button", { name: `Actions for ${email}` }).click();
      await page.getByRole("menuitem", { name: "API keys" }).click();
      await page.getByRole("heading", { name: `API keys of ${email}`, level: 1 }).waitFor();
    };
    await show("keyless@example.org");
    await page.getByRole("heading", { name: "No API keys" }).waitFor();
    await assertAccessible(page, "a user without keys");
    await page.getByRole("link", { name: "Back to Administration" }).click();
    await show("keys@example.org");
    const laptop = rowOf(page, "laptop").filter({ hasText: "see and change: account" });
    await laptop.filter({ hasText: "from 1 address only" }).filter({ hasText: "127.0.0.1" }).waitFor();
    await rowOf(page, "camera").filter({ hasText: "made by laptop" }).filter({ hasText: "uploads" }).waitFor();
    await assertAccessible(page, "the keys of a user");
    assert.ok((await works(client)) && (await works(created)));

    site.clock.advance(LATE_MS);
    const ask = async () => {
      await page.getByRole("button", { name: "Actions for laptop" }).click();
      await page.getByRole("menuitem", { name: "Revoke…" }).click();
      await page.getByRole("alertdialog", { name: "Revoke “laptop”?" }).waitFor();
    };
    await ask();
    const question = page.getByRole("alertdialog");
    await question.getByText("It was last used").waitFor();
    await question.getByText("It made 1 key that works").waitFor();
    await question.getByText("camera").waitFor();
    await assertAccessible(page, "the question before a key of a user is revoked");
    await page.getByRole("button", { name: "Revoke key" }).click();
    await site.prove(page, { title: "Is it you?", password: "Current password" }, "That is not your password.");
    await site.status(page, "“laptop” is revoked");
    await laptop.filter({ hasText: "revoked" }).waitFor();
    assert.equal((await client.call("folder/ls")).status, 403);
    assert.ok(await works(created));
    await ask();
    assert.ok(await question.getByRole("checkbox").isChecked());
    await page.getByRole("button", { name: "Revoke key" }).click();
    await rowOf(page, "camera").filter({ hasText: "revoked" }).waitFor();
    assert.ok(!(await works(created)));
    // Nothing is left to revoke.
    await page.getByRole("button", { name: "Actions for laptop" }).waitFor({ state: "detached" });
    await assertAccessible(page, "revoked keys of a user");
    await site.goTo(page, "activity");
    await page.getByText("Key laptop of keys@example.org revoked").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("an administrator revokes the keys of a user with the keyboard, in dark mode, French, at 360 pixels", async () => {
    const { client, made: created } = await addUser("cles@example.org");
    await using context = await visitor(site.browser, keys, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    const { keyboard } = page;
    await site.goTo(page, "admin");
    await page.getByRole("button", { name: "Actions pour cles@example.org" }).focus();
    await keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Clés d’API" }).focus();
    await keyboard.press("Enter");
    await page.getByRole("table", { name: "Clés d’API de cles@example.org" }).waitFor();
    await rowOf(page, "camera").filter({ hasText: "créée par laptop" }).waitFor();
    await focusIn(page.getByRole("heading", { name: "Clés d’API de cles@example.org", level: 1 }));
    await assertAccessible(page, "the keys of a user, narrow and dark");
    await page.getByRole("button", { name: "Actions pour laptop" }).focus();
    await keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Révoquer…" }).focus();
    await keyboard.press("Enter");
    await focusIn(page.getByRole("alertdialog"));
    await assertAccessible(page, "the question before a key of a user is revoked, narrow and dark");
    await page.getByRole("checkbox", { name: /^La révoquer aussi/ }).focus();
    await keyboard.press("Space");
    await page.getByRole("button", { name: "Révoquer la clé" }).focus();
    await keyboard.press("Enter");
    await site.status(page, "« laptop » est révoquée");
    await rowOf(page, "camera").filter({ hasText: "révoquée" }).waitFor();
    assert.ok(!(await works(client)) && !(await works(created)));
    await page.getByRole("link", { name: "Retour à l’administration" }).focus();
    await keyboard.press("Enter");
    await page.getByRole("table", { name: "Utilisateurs" }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test("an administrator hears that a key made more keys while its revocation was asked for", async () => {
    const { client, made } = await addUser("thief@example.org");
    await using context = await visitor(site.browser, mouse, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await site.goTo(page, `admin/keys/${encodeURIComponent("thief@example.org")}`);
    await page.getByRole("button", { name: "Actions for laptop" }).click();
    await page.getByRole("menuitem", { name: "Revoke…" }).click();
    const question = page.getByRole("alertdialog", { name: "Revoke “laptop”?" });
    await question.getByText("It made 1 key that works").waitFor();
    const late = await client.ok("/x/v1/keys/add", { name: "made late", scopes: { files: "read" } });
    const thief = new ApiClient(site.server, String(late["api_key"]));
    await question.getByRole("button", { name: "Revoke key" }).click();
    await question.getByText("it has made more keys since this list was loaded").waitFor();
    await question.getByText("It made 2 keys that work").waitFor();
    await question.getByText("made late").waitFor();
    await assertAccessible(page, "keys that a key made while its revocation was asked for");
    assert.ok(!(await works(client)) && (await works(made)));
    assert.equal((await thief.call("folder/ls")).status, 200);
    await question.getByRole("button", { name: "Revoke key" }).click();
    await site.status(page, "“laptop” is revoked");
    assert.ok(!(await works(made)));
    assert.equal((await thief.call("folder/ls")).status, 403);
    assert.deepEqual(complaints, []);
  });

  test("a link to the keys of nobody puts no words of its own on the page", async () => {
    await using context = await visitor(site.browser, mouse, site.server.url);
    const { page } = await openConsole(context, site.server);
    await site.goTo(page, `admin/keys/${encodeURIComponent("nobody. Call us at once")}`);
    await page.getByRole("heading", { name: "API keys", level: 1, exact: true }).waitFor();
    await page.getByRole("button", { name: "Try again" }).waitFor();
    assert.equal(await page.getByText("Call us").count(), 0);
  });
}

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { ApiClient } from "@consigne/testkit";
import { focusIn, openConsole } from "../_console.ts";
import { visitor } from "../_pages.ts";
import { keys, type PagesSite } from "./_pages-site.ts";

/** Where the focus is, and what is announced, for users without a mouse or without sight. */
export function testKeyboard(site: PagesSite): void {
  const press = async (target: Locator, ...pressed: string[]) => {
    await target.focus();
    for (const key of pressed) await target.page().keyboard.press(key);
  };
  const focused = (target: Locator) => target.and(target.page().locator(":focus")).waitFor();
  const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });
  const bar = (page: Page) => page.getByRole("navigation", { name: "Navigation principale" });
  const client = () => new ApiClient(site.server, site.server.apiKey);

  test("opening a page focuses its heading, the list on Files, and the field where there is one", async () => {
    await using context = await visitor(site.browser, keys, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await page.locator("[role=row][tabindex='0']").waitFor();
    assert.equal(await page.evaluate("document.activeElement === document.body"), true, "at first it is at the top");
    await press(bar(page).getByRole("link", { name: "Transferts" }), "Enter");
    await focused(heading(page, "Transferts"));
    await press(bar(page).getByRole("link", { name: "Recherche" }), "Enter");
    await focused(page.getByRole("searchbox"));
    for (const name of ["Réglages", "Activité", "Réglages"]) {
      await press(bar(page).getByRole("button", { name: "Plus" }), "Enter");
      await focusIn(page.getByRole("menu"));
      await press(page.getByRole("menuitem", { name }), "Enter");
      await focused(heading(page, name));
    }
    await press(bar(page).getByRole("link", { name: "Fichiers" }), "Enter");
    await focused(page.getByRole("grid").getByRole("row"));
    assert.deepEqual(complaints, []);
  });

  test("a removed item passes the focus to the next one, and the last one to the heading", async () => {
    const names = ["eau.txt", "feu.txt", "terre.txt"];
    const urls = await Promise.all(names.map(async (name) => (await site.server.seed.file(`/${name}`, name)).url));
    await client().ok("/x/v1/batch/change", { changes: urls.map((file_id) => ({ file_id, remove: 1 })) });
    await using context = await visitor(site.browser, keys, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await site.goTo(page, "trash");
    const restore = page.getByRole("button", { name: /^Restaurer (?:eau|feu|terre)\.txt$/ });
    await restore.nth(2).waitFor();
    const order = await restore.evaluateAll((all) => all.map((each) => String(Reflect.get(each, "ariaLabel"))));
    assert.equal(order.length, 3);
    const one = (at: number) => page.getByRole("button", { name: order[at], exact: true });
    await press(one(1), "Enter");
    await focused(one(2));
    await press(one(2), "Enter");
    await focused(one(0));
    await press(one(0), "Enter");
    await focused(heading(page, "Corbeille"));
    await page.getByRole("heading", { name: "La corbeille est vide" }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test("moves an item into a folder without subfolders using Tab and Enter", async () => {
    await site.server.seed.folder("/cible");
    await site.server.seed.file("/à ranger.txt", "x");
    await using context = await visitor(site.browser, keys, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    const { keyboard } = page;
    await press(site.row(page, "à ranger.txt"), "Space");
    await site.status(page, "1 élément sélectionné");
    await press(page.getByRole("button", { name: "Déplacer vers…" }), "Enter");
    await focusIn(page.getByRole("listbox", { name: "Dossiers de Fichiers" }));
    await page.getByRole("option", { name: "cible" }).waitFor();
    await keyboard.type("cible");
    await focused(page.getByRole("option", { name: "cible" }));
    await keyboard.press("Enter");
    await page.getByText("Aucun dossier ici").waitFor();
    await focusIn(page.getByRole("listbox", { name: "Dossiers de cible" }));
    await keyboard.press("Tab");
    await focused(page.getByRole("button", { name: "Annuler", exact: true }));
    await keyboard.press("Tab");
    await focused(page.getByRole("button", { name: "Déplacer ici" }));
    await keyboard.press("Enter");
    await site.status(page, "« à ranger.txt » déplacé vers cible");
    await site.row(page, "à ranger.txt").waitFor({ state: "detached" });
    await focused(page.getByRole("grid").getByRole("row"));
    await site.status(page, "Rien n’est sélectionné");
    assert.deepEqual(complaints, []);
  });

  test("the first letters of an entry lead to it in every menu", async () => {
    await site.server.seed.file("/orage.txt", "x");
    await using context = await visitor(site.browser, keys, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    const assertFound = async (typed: string, name: string) => {
      await focusIn(page.getByRole("menu"));
      await page.keyboard.type(typed);
      await focused(page.getByRole("menuitem", { name }));
      await page.keyboard.press("Escape");
      await page.getByRole("menu").waitFor({ state: "detached" });
    };
    await press(page.getByRole("button", { name: "Envoyer", exact: true }), "Enter");
    await assertFound("u", "Un dossier…");
    await press(site.row(page, "orage.txt"), "ContextMenu");
    await assertFound("r", "Renommer");
    await press(bar(page).getByRole("button", { name: "Plus" }), "Enter");
    await assertFound("re", "Réglages");
    await site.goTo(page, "keys");
    await press(page.getByRole("button", { name: /^Actions pour / }).first(), "Enter");
    await assertFound("rev", "Révoquer…");
    assert.deepEqual(complaints, []);
  });

  test("a form focuses its first invalid field and says what is wrong", async () => {
    await using context = await visitor(site.browser, keys, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await site.goTo(page, "settings");
    const password = page.getByLabel("Nouveau mot de passe", { exact: true });
    await password.fill("court");
    const change = page.getByRole("button", { name: "Changer le mot de passe" });
    const assertLed = async () => {
      await press(change, "Enter");
      await focused(password);
      await page.getByRole("alert").getByText("Un mot de passe a au moins 8 caractères.").waitFor();
    };
    await assertLed();
    // Also if the same thing is wrong a second time.
    await assertLed();
    await site.goTo(page, "keys/new");
    await page.getByLabel("Nom").fill("sans droit");
    await press(page.getByRole("radio", { name: /^Tout/ }), "ArrowDown");
    await press(page.getByRole("button", { name: "Créer la clé" }), "Enter");
    await focused(page.getByLabel("compte", { exact: true }));
    await page.getByRole("alert").getByText("Cette clé ne pourrait rien faire.").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("nothing hidden takes the focus on a narrow screen", async () => {
    const { url } = await site.server.seed.file("/vent.txt", "x");
    await using context = await visitor(site.browser, keys, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await page.locator("[role=row][tabindex='0']").waitFor();
    await press(page.getByRole("searchbox"), "Tab");
    await focused(page.getByRole("grid").getByRole("row"));
    await client().ok("/x/v1/batch/change", { changes: [{ file_id: url, remove: 1 }] });
    await site.goTo(page, "trash");
    await page.getByText("Sélectionner tout ce qui est affiché").click();
    await page.getByRole("checkbox", { name: "Sélectionner vent.txt", checked: true }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test("a notice stays while its buttons have the focus, and they say what they undo", async () => {
    await site.server.seed.file("/pluie.txt", "x");
    await using context = await visitor(site.browser, keys, site.server.url);
    await context.clock.install();
    const { page, complaints } = await openConsole(context, site.server);
    // The dialog's text is known before it opens: it is announced then, and not once an answer has arrived.
    await page.route(/\/x\/v1\/trash\/list/, () => undefined);
    await press(site.row(page, "pluie.txt"), "Delete");
    const question = page.getByRole("alertdialog", { name: "Supprimer « pluie.txt » ?" });
    await focusIn(question);
    const described = await question.getAttribute("aria-describedby");
    await page.locator(`[id="${described}"]`).filter({ hasText: "restauré depuis la corbeille" }).waitFor();
    await press(question.getByRole("button", { name: "Supprimer" }), "Enter");
    const notice = page.getByRole("status").filter({ hasText: "« pluie.txt » supprimé" });
    const undo = notice.getByRole("button", { name: "Annuler", exact: true });
    await undo.focus();
    const undone = await undo.getAttribute("aria-describedby");
    assert.equal(await page.locator(`[id="${undone}"]`).innerText(), "« pluie.txt » supprimé");
    await context.clock.fastForward(60_000);
    await focused(undo);
    await page.keyboard.press("Enter");
    await undo.waitFor({ state: "detached" });
    await site.row(page, "pluie.txt").waitFor();
    await focused(page.getByRole("grid").getByRole("row"));
    await site.status(page, "Restauré");
    await context.clock.fastForward(60_000);
    await page.getByText("Restauré").waitFor({ state: "detached" });
    assert.deepEqual(complaints, []);
  });

  test("a notice is read out while a dialog is open, and F6 leads to it and back into the dialog, which stays open", async () => {
    await site.server.seed.file("/neige.txt", "x");
    await using context = await visitor(site.browser, keys, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await press(site.row(page, "neige.txt"), "Delete");
    await focusIn(page.getByRole("alertdialog"));
    await press(page.getByRole("alertdialog").getByRole("button", { name: "Supprimer" }), "Enter");
    const notice = page.getByRole("status").filter({ hasText: "« neige.txt » supprimé" });
    await notice.waitFor();
    await focused(page.getByRole("grid").getByRole("row"));
    await page.keyboard.press("n");
    const dialog = page.getByRole("dialog");
    await focusIn(dialog);
    const isSilenced = await notice.evaluate(
      (node) => (node as unknown as { closest(by: string): unknown }).closest("[inert], [aria-hidden=true]") !== null,
    );
    assert.equal(isSilenced, false);
    const field = dialog.getByRole("textbox");
    await focused(field);
    await page.keyboard.press("F6");
    await focused(notice.getByRole("button", { name: "Annuler", exact: true }));
    await page.keyboard.press("F6");
    await focused(field);
    await page.keyboard.press("F6");
    await page.keyboard.press("Tab");
    await focused(notice.getByRole("button", { name: "Fermer" }));
    await page.keyboard.press("Enter");
    await notice.waitFor({ state: "detached" });
    await focused(field);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.deepEqual(complaints, []);
  });
}

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, suite, test } from "node:test";
import type { Page } from "playwright-core";
import { ApiClient } from "@consigne/testkit";
import { chromiumForPages } from "../_chromium.ts";
import { lacking } from "../_programs.ts";
import { addPerson } from "../wire/_wire.ts";
import { openConsole } from "./_console.ts";
import { ConsoleSite } from "./_console-site.ts";
import { visitor } from "./_pages.ts";

const visit = { language: "en", colorScheme: "light", width: 1440, runsScripts: true } as const;
/** Reads as "photoexe.jpg" when shown raw. */
const FILE = "photo\u{202e}gpj.exe";
const SHOWN_FILE = "photo\\u{202e}gpj.exe";
const FOLDER = "\u{2067}in\u{200b}ner\u{2069}";
const SHOWN_FOLDER = "\\u{2067}in\\u{200b}ner\\u{2069}";
/** Stays unchanged. */
const FAMILY = "👩\u{200d}👧 می\u{200c}خواهم";
/** Right to left. */
const HEBREW = "דוח 2026.txt";
const HEBREW_KEY = "מפתח 7";

/** In a page: everything that is read or announced and contains an invisible character. */
const FACELESS_TEXTS = `(() => {
  const faceless = /[\\p{Cc}\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}]/u;
  const all = [...document.querySelectorAll("*")];
  const attributes = ["title", "aria-label", "aria-description", "alt", "placeholder"];
  return [document.title, ...document.body.innerText.split(/[\\n\\r\\t]/), ...all.flatMap((element) => attributes.map((name) => element.getAttribute(name) ?? ""))]
    .filter((text) => faceless.test(text.replaceAll(${JSON.stringify(FAMILY)}, "")))
    .map((text) => encodeURI(text));
})()`;

suite("names of others in the console, in Chromium", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  const site = new ConsoleSite();
  let client: ApiClient;

  before(async () => {
    await site.start({ settings: { CONSIGNE_REMOTE_ALLOW: "127.0.0.0/8" } });
    client = new ApiClient(site.server, site.server.apiKey);
    const { id } = await site.server.seed.folder(`/${FOLDER}`);
    await site.server.seed.folder(`/${FOLDER}/${FOLDER}`);
    for (const name of [FILE, `second ${FILE}`, FAMILY]) await client.upload({ [name]: "x" }, { did: String(id) });
  });
  after(() => site.stop());

  const assertSeen = async (page: Page, state: string) => {
    assert.deepEqual(await page.evaluate(FACELESS_TEXTS), [], state);
  };
  const row = (page: Page, shown: string) =>
    page.getByRole("row").filter({ has: page.getByTitle(shown, { exact: true }) });

  test("show the characters that hide or turn the text around, in the folder and in each of its dialogs", async () => {
    await using context = await visitor(site.browser, visit, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await row(page, SHOWN_FOLDER).waitFor();
    await assertSeen(page, "the list with a folder");
    await row(page, SHOWN_FOLDER).getByRole("link").click();
    await row(page, SHOWN_FILE).waitFor();
    await row(page, FAMILY).waitFor();
    assert.equal(await page.title(), `${SHOWN_FOLDER} - Consigne`);
    await assertSeen(page, "the list and the breadcrumbs");
    await page.getByRole("button", { name: "Folders", exact: true }).click();
    await page.getByRole("treegrid").getByText(SHOWN_FOLDER).first().waitFor();
    await assertSeen(page, "the tree");

    await row(page, SHOWN_FILE).click();
    await page.getByRole("button", { name: "Details" }).click();
    await page.getByRole("heading", { name: SHOWN_FILE }).waitFor();
    await assertSeen(page, "the details");
    for (const [item, title] of [
      ["Rename", `Rename “${SHOWN_FILE}”`],
      ["Move to…", `Move “${SHOWN_FILE}”`],
      ["Share…", `Share “${SHOWN_FILE}”`],
      ["Attributes…", `Attributes of “${SHOWN_FILE}”`],
      ["Remove", `Remove “${SHOWN_FILE}”?`],
    ] as const) {
      await row(page, SHOWN_FILE).click({ button: "right" });
      await assertSeen(page, "the menu of a row");
      await page.getByRole("menuitem", { name: item, exact: true }).click();
      const dialog = page.getByRole("dialog", { name: title }).or(page.getByRole("alertdialog", { name: title }));
      await dialog.waitFor();
      await assertSeen(page, title);
      if (item === "Rename") assert.equal(await page.getByLabel("New name").inputValue(), FILE);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
    }

    await page.getByRole("button", { name: "Show as tiles" }).click();
    await page.getByRole("gridcell").getByTitle(SHOWN_FILE, { exact: true }).waitFor();
    await assertSeen(page, "the tiles");
    await page.getByRole("button", { name: "Show as tiles" }).click();
    await row(page, SHOWN_FILE).click();
    await page.keyboard.press("Delete");
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await site.status(page, SHOWN_FILE);
    await assertSeen(page, "the notice of a removal");
    await site.goTo(page, "trash");
    await page.getByRole("row").filter({ hasText: SHOWN_FILE }).waitFor();
    await assertSeen(page, "the trash");
    assert.deepEqual(complaints, []);
  });

  test("show them in the search, in uploads and in the activity, and nothing else is stored", async () => {
    await using context = await visitor(site.browser, visit, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await site.goTo(page, "search");
    await page.getByRole("searchbox", { name: "Search all files and folders" }).fill("second");
    await page.getByRole("grid").getByTitle(`second ${SHOWN_FILE}`, { exact: true }).waitFor();
    await assertSeen(page, "what a search found");
    await site.goTo(page, `files/${encodeURIComponent(FOLDER)}`);
    await row(page, `second ${SHOWN_FILE}`).waitFor();
    const sent = `third ${FILE}`;
    await page.getByRole("toolbar").getByRole("button", { name: "Upload", exact: true }).click();
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("menuitem", { name: "Files…" }).click(),
    ]);
    await chooser.setFiles([{ name: sent, mimeType: "", buffer: Buffer.from("x") }]);
    await row(page, `third ${SHOWN_FILE}`).waitFor();
    await assertSeen(page, "an upload");
    const { entries } = (await client.ok("/x/v1/folder/list", { path: `/${FOLDER}` })) as {
      entries: { name: string }[];
    };
    assert.ok(entries.some(({ name }) => name === sent));
    await site.goTo(page, "activity");
    await page.getByText(`“third ${SHOWN_FILE}” uploaded`).waitFor();
    await assertSeen(page, "the activity");
    assert.deepEqual(complaints, []);
  });

  test("show them in folders that somebody else shares, and on the pages of administration and transfers", async () => {
    const person = await addPerson(site.server, "guest@example.org");
    const { id } = await site.server.seed.folder(`/${FOLDER}`);
    await client.ok("folder/share", { folder_id: id, shares: [{ email: "guest@example.org", rw: 1, hide_links: 0 }] });
    await using context = await visitor(site.browser, visit, site.server.url);
    const { page, complaints } = await openConsole(context, { ...site.server, ...person });
    await site.goTo(page, "shared");
    await page.getByRole("link", { name: SHOWN_FOLDER }).click();
    await row(page, SHOWN_FOLDER).waitFor();
    await assertSeen(page, "a folder of somebody else");
    await using owners = await visitor(site.browser, visit, site.server.url);
    const { page: own } = await openConsole(owners, site.server);
    for (const [path, heading] of [
      ["transfers", "Transfers"],
      ["keys", "API keys"],
      ["settings", "Settings"],
      ["admin", "Administration"],
    ] as const) {
      await site.goTo(own, path);
      await own.getByRole("heading", { name: heading, level: 1 }).waitFor();
      await assertSeen(own, heading);
    }
    assert.deepEqual(complaints, []);
  });

  test("show them among versions and transfers, and on the page of administration", async () => {
    const { id } = await site.server.seed.folder("/several");
    const did = String(id);
    const [file] = await client.upload({ [FILE]: "first" }, { did });
    const [by] = await client.upload({ "new.bin": "second" }, { did });
    await client.ok("/x/v1/version/replace", { files: [{ file_id: file?.download, replacement_id: by?.download }] });
    const source = createServer((_request, answer) => {
      answer.setHeader("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(FILE)}`);
      answer.end("x");
    }).listen(0, "127.0.0.1");
    await once(source, "listening");
    using held = new DisposableStack();
    held.defer(() => source.close());
    const { port } = source.address() as AddressInfo;
    await client.ok("remote/request", { urls: [`http://127.0.0.1:${port}/x`], folder_id: id });

    await using context = await visitor(site.browser, visit, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await site.goTo(page, "transfers");
    await page.getByRole("row").filter({ hasText: SHOWN_FILE }).filter({ hasText: "Arrived" }).waitFor();
    await assertSeen(page, "a transfer that arrived");
    await site.goTo(page, "files/several");
    await row(page, SHOWN_FILE).first().click();
    await page.getByRole("button", { name: "Details" }).click();
    for (const shown of await row(page, SHOWN_FILE).all()) {
      await shown.click();
      await page.getByRole("complementary").getByRole("heading", { name: SHOWN_FILE }).waitFor();
      if ((await page.getByRole("button", { name: /^Restore/ }).count()) > 0) break;
    }
    await page.getByRole("button", { name: /^Restore/ }).click();
    await site.status(page, SHOWN_FILE);
    await assertSeen(page, "versions, and the notice of one that was restored");
    await site.goTo(page, "admin");
    await page.getByRole("table", { name: "Settings in force" }).waitFor();
    await assertSeen(page, "the administration");
    assert.deepEqual(complaints, []);
  });

  test("are isolated within sentences if they are written from right to left", async () => {
    const { id } = await site.server.seed.folder("/עברית");
    await client.upload({ [HEBREW]: "x" }, { did: String(id) });
    const account = await site.server.services.accounts.getByEmail("operator", site.server.email);
    const { text: apiKey } = await site.server.services.keys.create("operator", account, { name: HEBREW_KEY });
    await site.server.limits.lock("key", { apiKey, forMs: 600_000 });
    await using context = await visitor(site.browser, visit, site.server.url);
    const { page, complaints } = await openConsole(context, site.server);
    await site.goTo(page, `files/${encodeURIComponent("עברית")}`);
    await row(page, HEBREW).click({ button: "right" });
    await page.getByRole("menu", { name: `Actions for “${HEBREW}”` }).waitFor();
    await assertSeen(page, "the menu of a row");
    await page.getByRole("menuitem", { name: "Remove" }).click();
    const dialog = page.getByRole("alertdialog", { name: `Remove “${HEBREW}”?` });
    assert.equal(await dialog.getByRole("heading").locator("bdi").innerText(), HEBREW);
    await assertSeen(page, "a dialog");
    await dialog.getByRole("button", { name: "Remove" }).click();
    await site.status(page, `“${HEBREW}” removed`);
    assert.equal(await page.locator("[role=status] bdi").last().innerText(), HEBREW);
    await assertSeen(page, "a notice");
    await site.goTo(page, "activity");
    await page.getByRole("row").filter({ hasText: HEBREW }).first().waitFor();
    await assertSeen(page, "the activity");
    await site.goTo(page, "admin");
    const release = page.getByRole("button", { name: `Release key “${HEBREW_KEY}”` });
    await release.waitFor();
    await page.getByRole("table", { name: "Locked out for too many requests" }).locator("bdi").first().waitFor();
    await assertSeen(page, "a lock");
    await release.click();
    await site.status(page, HEBREW_KEY);
    await assertSeen(page, "the notice of a lock that was released");
    await site.goTo(page, "activity");
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: /CSV/ }).click(),
    ]);
    const csv = await readFile(await saved.path(), "utf8");
    assert.ok(csv.includes(`“${HEBREW}”`) && !/\p{Noncharacter_Code_Point}/u.test(csv));
    assert.deepEqual(complaints, []);
  });
});

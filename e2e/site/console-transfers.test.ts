import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { buildConsole } from "@consigne/console/build";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { chromiumForPages } from "../_chromium.ts";
import { lacking } from "../_programs.ts";
import { assertAccessible, openConsole } from "./_console.ts";
import { openChromium, visitor } from "./_pages.ts";

const mouse = { language: "en", colorScheme: "light", width: 1440, runsScripts: true } as const;
const keys = { language: "fr", colorScheme: "dark", width: 360, runsScripts: true } as const;
const SIZE = 3_000_000;

/** Somewhere else, which has `/ready.bin`, sends `/slow.bin` when it is told to, and has `/late.bin` from then on too. */
class Elsewhere implements AsyncDisposable {
  readonly #server: Server;
  readonly #waiting = new Set<() => void>();
  #isOpen = false;

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", ({ url = "" }, response: ServerResponse) => {
      const path = url.replace(/^\/\w+/, "");
      if (path === "/late.bin" && !this.#isOpen) return void response.writeHead(404).end();
      response.writeHead(200, { "content-length": SIZE });
      if (path !== "/slow.bin" || this.#isOpen) return void response.end(Buffer.alloc(SIZE, path));
      this.#waiting.add(slowly(response));
    });
  }

  static async open(): Promise<Elsewhere> {
    const server = createServer();
    const elsewhere = new Elsewhere(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return elsewhere;
  }

  /** Three addresses under a folder of this name. */
  addresses(folder: string): string[] {
    const { port } = this.#server.address() as AddressInfo;
    return ["ready", "slow", "late"].map((name) => `http://127.0.0.1:${port}/${folder}/${name}.bin`);
  }

  goOn(): void {
    this.#isOpen = true;
    for (const goOn of this.#waiting) goOn();
    this.#waiting.clear();
  }

  stop(): void {
    this.#isOpen = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** A third at once and then a little now and then, until it is told to go on. */
function slowly(response: ServerResponse): () => void {
  let left = (SIZE / 3) * 2;
  response.write(Buffer.alloc(SIZE / 3));
  const trickle = setInterval(() => {
    left -= 4;
    response.write("slow");
  }, 200);
  response.on("close", () => clearInterval(trickle));
  return () => {
    clearInterval(trickle);
    response.end(Buffer.alloc(left));
  };
}

suite("transfers in the console in Chromium", { skip: lacking([chromiumForPages, "--version"]) }, () => {
  let parent: string;
  let server: TestServer;
  let browser: Browser;
  let elsewhere: Elsewhere;

  before(async () => {
    parent = await mkdtemp(join(tmpdir(), "consigne-console-transfers-"));
    const consoleFolder = join(parent, "dist");
    await buildConsole(consoleFolder);
    const settings = { CONSIGNE_REMOTE_ALLOW: "127.0.0.0/8" };
    server = await startTestServer({ consoleFolder, limits: "friendly", settings });
    elsewhere = await Elsewhere.open();
    browser = await openChromium();
  });
  after(async () => {
    await browser.close();
    await elsewhere[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await rm(parent, { recursive: true });
  });

  const status = (page: Page, text: string) => page.getByRole("status").filter({ hasText: text }).last().waitFor();
  const row = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text });
  const namesIn = async (folderId: number) => {
    const listed = await new ApiClient(server, server.apiKey).ok("file/ls", { folder_id: folderId });
    return (listed["items"] as { filename: string }[]).map(({ filename }) => filename).toSorted();
  };

  test("three addresses, one of which fails and is fetched again, by mouse, light, English, 1440 pixels", async () => {
    elsewhere.stop();
    const { id } = await server.seed.folder("/fetched");
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, server);
    await page.getByRole("link", { name: "Transfers" }).click();
    await page.getByText("Nothing was fetched yet.").waitFor();
    await assertAccessible(page, "no transfers");
    await page.getByRole("button", { name: "Add addresses…" }).click();
    const dialog = page.getByRole("dialog", { name: "Fetch files from addresses" });
    const fetchAll = dialog.getByRole("button", { name: "Fetch", exact: true });
    await fetchAll.click();
    await dialog.getByText("Enter at least one address.").waitFor();
    await dialog.getByLabel("Addresses, one per line").fill("https://example.org/a\nnot an address");
    await fetchAll.click();
    await dialog.getByText("Line 2 is not an http, https or ftp address.").waitFor();
    await assertAccessible(page, "an address that is none");
    await dialog.getByLabel("Addresses, one per line").fill(elsewhere.addresses("mouse").join("\n"));
    await dialog.getByLabel("Folder").fill("nowhere");
    await fetchAll.click();
    await dialog.getByText("There is no such folder.").waitFor();
    await dialog.getByLabel("Folder").fill("fetched");
    await fetchAll.click();
    await status(page, "3 addresses added");
    await row(page, "ready.bin").filter({ hasText: "Arrived, 2.9 MiB" }).waitFor();
    await row(page, "slow.bin").filter({ hasText: "977 KiB of 2.9 MiB" }).getByRole("progressbar").waitFor();
    await row(page, "late.bin").filter({ hasText: "Failed" }).filter({ hasText: "answered 404" }).waitFor();
    await assertAccessible(page, "one that arrived, one under way, one that failed");
    const group = page.getByRole("region", { name: /^3 addresses/ });
    await group.getByText("1 of 3 arrived, 1 failed").waitFor();

    elsewhere.goOn();
    await row(page, "slow.bin").filter({ hasText: "Arrived" }).waitFor();
    await page.getByRole("button", { name: /^Try .*late\.bin again$/ }).click();
    await row(page, "late.bin").filter({ hasText: "Arrived" }).waitFor();
    await group.getByText("3 of 3 arrived").waitFor();
    await page.getByRole("button", { name: "Copy the link of late.bin" }).waitFor();
    assert.deepEqual(await namesIn(id), ["late.bin", "ready.bin", "slow.bin"], "each once");
    await assertAccessible(page, "all arrived");

    await group.getByRole("button", { name: /^Actions for 3 addresses/ }).click();
    await page.getByRole("menuitem", { name: "Remove from the list" }).click();
    await status(page, "files that arrived stay");
    await page.getByText("Nothing was fetched yet.").waitFor();
    assert.deepEqual(await namesIn(id), ["late.bin", "ready.bin", "slow.bin"]);
    assert.deepEqual(complaints, []);
  });

  test("three addresses, one of which fails and is fetched again, by keyboard, dark, French, 360 pixels", async () => {
    elsewhere.stop();
    const { id } = await server.seed.folder("/récupérés");
    await using context = await visitor(browser, keys, server.url);
    const { page, complaints } = await openConsole(context, server);
    const { keyboard } = page;
    await page.getByRole("link", { name: "Transferts" }).focus();
    await keyboard.press("Enter");
    await page.getByRole("button", { name: "Ajouter des adresses…" }).focus();
    await assertAccessible(page, "no transfers, narrow and dark");
    await keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Récupérer des fichiers à des adresses" }).waitFor();
    for (const address of elsewhere.addresses("keys")) {
      await keyboard.type(address);
      await keyboard.press("Enter");
    }
    await keyboard.press("Tab");
    await keyboard.type("/récupérés");
    await assertAccessible(page, "the addresses, narrow and dark");
    await keyboard.press("Enter");
    await status(page, "3 adresses ajoutées");
    await row(page, "ready.bin").filter({ hasText: "Arrivé, 2,9 Mio" }).waitFor();
    await row(page, "slow.bin").filter({ hasText: "977 Kio sur 2,9 Mio" }).waitFor();
    await row(page, "late.bin").filter({ hasText: "Échec" }).filter({ hasText: "a répondu 404" }).waitFor();
    await assertAccessible(page, "one that arrived, one under way, one that failed, narrow and dark");
    await page.getByRole("button", { name: /^Annuler .*slow\.bin$/ }).focus();
    await keyboard.press("Enter");
    await row(page, "slow.bin").filter({ hasText: "Annulé" }).waitFor();
    elsewhere.goOn();
    await page.getByRole("button", { name: /^Actions pour 3 adresses/ }).focus();
    await keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Réessayer les échecs" }).focus();
    await keyboard.press("Enter");
    await page.getByText("3 sur 3 arrivés").waitFor();
    assert.deepEqual(await namesIn(id), ["late.bin", "ready.bin", "slow.bin"], "each once");
    await assertAccessible(page, "all arrived, narrow and dark");
    assert.deepEqual(complaints, []);
  });

  /** `trip` with ten folders of twenty files, all of them different. */
  const makeTrip = async (name: string): Promise<string> => {
    const trip = join(parent, name);
    for (let folder = 0; folder < 10; folder += 1) {
      await mkdir(join(trip, `day ${folder}`), { recursive: true });
      for (let file = 0; file < 20; file += 1)
        await writeFile(join(trip, `day ${folder}`, `picture ${file}.jpg`), `${name} ${folder} ${file}`);
    }
    return trip;
  };

  /** Names and contents here, once each. */
  const assertWhole = async (name: string) => {
    const api = new ApiClient(server, server.apiKey);
    const { sub_folders: days } = await listAt(api, `/${name}`);
    assert.deepEqual(
      days.map((day) => day.name).toSorted(),
      Array.from({ length: 10 }, (_, at) => `day ${at}`),
    );
    for (const { id } of days) {
      const names = await namesIn(id);
      assert.deepEqual(names, Array.from({ length: 20 }, (_, at) => `picture ${at}.jpg`).toSorted());
    }
  };

  test("200 files in folders while the network goes and comes, by mouse, light, English, 1440 pixels", async () => {
    const trip = await makeTrip("trip");
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, server);
    await page.getByRole("button", { name: "Upload", exact: true }).waitFor();
    await dropAt(page, trip);
    const bar = page.getByRole("region", { name: "Uploads" });
    await bar.getByText(/^\d\d of 200 files/).waitFor();
    await context.setOffline(true);
    await bar.getByText("No connection to the server; it goes on by itself").waitFor();
    await assertAccessible(page, "uploads without a network");
    await bar.getByRole("button", { name: "Pause" }).click();
    await bar.getByText(/^Paused/).waitFor();
    await context.setOffline(false);
    await bar.getByRole("button", { name: "Show uploads" }).click();
    await assertAccessible(page, "uploads that are paused");
    await bar.getByRole("button", { name: "Resume" }).click();
    await bar.getByText("200 files uploaded").first().waitFor();
    await assertWhole("trip");
    await assertAccessible(page, "uploads that are done");
    assert.deepEqual(complaints, []);
  });

  test("200 files in folders while the page is loaded again, by keyboard, dark, French, 360 pixels", async () => {
    const trip = await makeTrip("voyage");
    await using context = await visitor(browser, keys, server.url);
    const { page, complaints } = await openConsole(context, server);
    const { keyboard } = page;
    page.on("filechooser", (chooser) => void chooser.setFiles(trip));
    const choose = async () => {
      await page.getByRole("button", { name: "Envoyer", exact: true }).focus();
      await keyboard.press("Enter");
      await page.getByRole("menuitem", { name: "Un dossier…" }).focus();
      await keyboard.press("Enter");
    };
    await choose();
    const bar = page.getByRole("region", { name: "Envois" });
    await bar.getByText(/^\d\d sur 200 fichiers/).waitFor();
    await bar.getByRole("button", { name: "Mettre en pause" }).focus();
    await keyboard.press("Enter");
    await bar.getByText(/^En pause/).waitFor();
    await assertAccessible(page, "uploads that are paused, narrow and dark");
    // Asked before it leaves.
    const asked = page.waitForEvent("dialog");
    const left = page.reload();
    await (await asked).accept();
    await left;
    await bar.getByText(/^\d+ fichiers n’étaient pas arrivés/).waitFor();
    await bar.getByRole("button", { name: "Afficher les fichiers qui manquent" }).focus();
    await keyboard.press("Enter");
    await bar.getByRole("listitem").filter({ hasText: "voyage/day 9/picture 19.jpg" }).waitFor();
    await assertAccessible(page, "what had not arrived, narrow and dark");
    await choose();
    const taken = page.getByRole("dialog", { name: /existe déjà/ });
    await taken.waitFor();
    await keyboard.press("ArrowUp");
    await keyboard.press("Tab");
    await keyboard.press("Space");
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    await bar
      .getByText(/^\d+ fichiers envoyés, \d+ ignorés/)
      .first()
      .waitFor();
    await assertWhole("voyage");
    assert.deepEqual(complaints, []);
  });
});

interface Listed {
  sub_folders: { id: number; name: string }[];
}

async function listAt(api: ApiClient, path: string): Promise<Listed> {
  const { folder_id: id } = await api.ok("/x/v1/folder/list", { path });
  return (await api.ok("folder/ls", { folder_id: id })) as unknown as Listed;
}

/** As from the desktop: nothing in a page can make such a drop. */
async function dropAt(page: Page, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await session.send("Input.dispatchDragEvent", { type, x: 700, y: 400, data });
  await session.detach();
}

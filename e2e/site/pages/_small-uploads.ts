import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { ApiClient, type FaultyServer, fault, Gate, type SeenRequest } from "@consigne/testkit";
import { addPerson } from "../../wire/_wire.ts";
import { assertAccessible, openConsole } from "../_console.ts";
import { asByPlainHttp, visitor } from "../_pages.ts";
import { keys, mouse } from "./_pages-site.ts";

interface Picked {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

const isBatch = ({ endpoint }: SeenRequest): boolean => endpoint === "x/v1/batch";
const bytesOf = (requests: readonly SeenRequest[]): number =>
  requests.reduce((sum, { requestBytes }) => sum + requestBytes, 0);
const picked = (name: string, sizeBytes: number): Picked => ({
  name,
  mimeType: "application/octet-stream",
  buffer: randomBytes(sizeBytes),
});
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Files below 16 MiB: many in a request, each verified and answered separately. */
export function testSmallUploads(site: () => { server: FaultyServer; browser: Browser }): void {
  const owner = () => new ApiClient(site().server, site().server.apiKey);
  const barOf = (page: Page): Locator => page.getByRole("region", { name: /^(?:Uploads|Envois)$/ });

  async function openFolder(page: Page, name: string): Promise<number> {
    const { server } = site();
    const { id } = await server.seed.folder(`/${name}`);
    await page.goto(`${server.url}/console/#/files/${encodeURIComponent(name)}`);
    server.requests.clear();
    return id;
  }

  async function choose(page: Page, files: readonly Picked[]): Promise<void> {
    await page
      .getByRole("toolbar")
      .getByRole("button", { name: /^(?:Upload|Envoyer)$/ })
      .click();
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("menuitem", { name: /^(?:Files|Des fichiers)…$/ }).click(),
    ]);
    await chooser.setFiles([...files]);
  }

  /** Each once, with its bytes. */
  async function assertThere(folderId: number, files: readonly Picked[]): Promise<void> {
    const listed = await owner().ok("file/ls", { folder_id: folderId });
    const found: string[] = [];
    for (const { filename, url } of listed["items"] as { filename: string; url: string }[]) {
      const { bytes } = await owner().download(url);
      found.push(`${filename} ${sha256(bytes)}`);
    }
    assert.deepEqual(found.toSorted(), files.map(({ name, buffer }) => `${name} ${sha256(buffer)}`).toSorted());
  }

  test("many small files go in few requests, and each arrives once although a connection breaks", async () => {
    const { server, browser } = site();
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, server);
    const folder = await openFolder(page, "small");
    const files = [...Array.from({ length: 150 }, (_, at) => picked(`${at}.bin`, 2000)), picked("empty.bin", 0)];
    const breaking = server.faults.add(isBatch, fault.cutAfterRequestBytes(100_000));
    await choose(page, files);
    await barOf(page).getByText("151 files uploaded").first().waitFor();
    assert.equal(breaking.hits, 1);
    await assertThere(folder, files);
    const requests = server.requests.list(isBatch);
    assert.ok(requests.length < 20, `${requests.length} requests`);
    assert.deepEqual(server.requests.list("upload.cgi"), []);
    assert.deepEqual(complaints, []);
  });

  test("a file whose response was lost is looked up and not sent again, also without Web Crypto", async () => {
    const { server, browser } = site();
    await using context = await visitor(browser, keys, server.url);
    await asByPlainHttp(context);
    const { page, complaints } = await openConsole(context, server);
    const folder = await openFolder(page, "answer lost");
    const files = [picked("été.bin", 1_000_000)];
    const losing = server.faults.add(isBatch, fault.cutAfterAnswerBytes(0));
    await choose(page, files);
    await barOf(page).getByText("1 fichier envoyé").first().waitFor();
    assert.equal(losing.hits, 1);
    const requests = server.requests.list(isBatch);
    assert.equal(requests.length, 2);
    const sent = bytesOf(requests);
    assert.ok(sent > 1_000_000 && sent < 1_002_000, `${sent} bytes`);
    await assertThere(folder, files);
    assert.deepEqual(complaints, []);
  });

  test("files that replace others go in one request, keep their links, and keep the older version", async () => {
    const { server, browser } = site();
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, server);
    const old = ["a.bin", "b.bin", "c.bin"].map((name) => picked(name, 2000));
    await server.seed.files(old.map(({ name, buffer }) => ({ path: `/replaced together/${name}`, content: buffer })));
    const folder = await openFolder(page, "replaced together");
    const linksIn = async () => {
      const { items } = await owner().ok("file/ls", { folder_id: folder });
      return new Map((items as { filename: string; url: string }[]).map(({ filename, url }) => [filename, url]));
    };
    const before = await linksIn();
    const files = ["a.bin", "new.bin", "b.bin", "other.bin", "c.bin"].map((name) => picked(name, 3000));
    const isReplacing = (request: SeenRequest) => isBatch(request) && request.target.endsWith("?on_conflict=replace");
    const losing = server.faults.add(isReplacing, fault.cutAfterAnswerBytes(0));
    await choose(page, files);
    const conflict = page.getByRole("dialog", { name: "“a.bin” already exists" });
    await conflict.getByText("Replace", { exact: true }).click();
    await conflict.getByText(/^Do the same for/).click();
    await conflict.getByRole("button", { name: "Continue" }).click();
    await barOf(page).getByText("5 files uploaded").first().waitFor();
    assert.equal(losing.hits, 1);
    await assertThere(folder, files);
    const links = await linksIn();
    for (const [name, url] of before) {
      assert.equal(links.get(name), url);
      const { versions } = await owner().ok("/x/v1/version/list", { file_id: url });
      assert.deepEqual(
        (versions as { size: number }[]).map(({ size }) => size),
        [2000],
      );
    }
    // The lost answer is requested again.
    assert.equal(server.requests.list(isReplacing).length, 2);
    assert.deepEqual(server.requests.list("x/v1/version/replace"), []);
    assert.deepEqual(complaints, []);
  });

  test("one of several files is cancelled, and the others continue, also after a pause", async () => {
    const { server, browser } = site();
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, server);
    const folder = await openFolder(page, "some");
    const files = ["a.bin", "b.bin", "c.bin"].map((name) => picked(name, 3000));
    const bar = barOf(page);
    const gate = new Gate();
    const holding = server.faults.add(isBatch, fault.holdRequest(gate), { times: Infinity });
    await choose(page, files);
    for (const deadline = Date.now() + 60_000; holding.hits === 0; await sleep(20)) {
      assert.ok(Date.now() < deadline, "waited for the request");
    }
    await bar.getByRole("button", { name: "Show uploads" }).click();
    await bar.getByRole("button", { name: "Cancel b.bin" }).click();
    await bar.getByText("1 cancelled").first().waitFor();
    await bar.getByRole("button", { name: "Pause" }).click();
    await bar
      .getByText(/^Paused, /)
      .first()
      .waitFor();
    await assertAccessible(page, "small files that wait");
    holding.remove();
    gate.open();
    await bar.getByRole("button", { name: "Resume" }).click();
    await bar.getByText("2 files uploaded").first().waitFor();
    await assertThere(
      folder,
      files.filter(({ name }) => name !== "b.bin"),
    );
    assert.deepEqual(complaints, []);
  });

  test("each file is refused individually, and retried alone", async () => {
    const { server, browser } = site();
    const { accounts } = server.services;
    const person = await addPerson(server, "small@example.org");
    const setQuota = async (bytes: number | undefined) =>
      accounts.setQuota("operator", await accounts.getByEmail("operator", person.email), bytes);
    await using context = await visitor(browser, mouse, server.url);
    const { page, complaints } = await openConsole(context, { ...server, ...person });
    const bar = barOf(page);
    await setQuota(10_000);
    server.requests.clear();
    await choose(page, [picked("small.bin", 1000), picked("large.bin", 500_000)]);
    await bar.getByText("1 failed").first().waitFor();
    await bar.getByRole("button", { name: "Show uploads" }).click();
    await bar.getByText("There is no room left on the account.").first().waitFor();
    await bar.getByRole("button", { name: "Copy the link of small.bin" }).waitFor();
    await assertAccessible(page, "a small file that is refused");
    await setQuota(undefined);
    await bar.getByRole("button", { name: "Try failed again" }).click();
    await bar.getByText("2 files uploaded").first().waitFor();
    const sent = bytesOf(server.requests.list(isBatch));
    assert.ok(sent < 1000 + 2 * 501_000, "files that had arrived are not sent again");
    assert.deepEqual(complaints, []);
  });
}

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { Browser } from "playwright-core";
import { chromiumForPages } from "../_chromium.ts";
import { cleanVariables, finish, lacking } from "../_programs.ts";
import { ServerProcess } from "../_server-process.ts";
import { openChromium } from "./_pages.ts";

const file = (name: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from("a few words") });
const quoted = 'say "hi" 50% 100%25 %2F.txt';

suite("names of uploaded files", { skip: lacking([chromiumForPages, "--version"], ["curl", "--version"]) }, () => {
  let server: ServerProcess;
  let browser: Browser;

  before(async () => {
    server = await ServerProcess.start({ CONSIGNE_ANONYMOUS_UPLOAD: "on" });
    browser = await openChromium();
  });
  after(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  const storedNames = async () => {
    const { text } = await server.api.call("file/ls", { folder_id: 0 });
    return (JSON.parse(text) as { items: { filename: string }[] }).items.map(({ filename }) => filename);
  };

  test("arrive from Chromium unchanged, including quotes and percent signs", async () => {
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await page.goto(`${server.url}/login.pl?next=%2Fconsole%2Ffiles.pl`);
    await page.locator("input[name=mail]").fill("admin@localhost");
    await page.locator("input[name=pass]").fill(/^ +Password +(\S+)$/m.exec(server.stdout)?.[1] ?? "");
    await page.keyboard.press("Enter");
    await page.locator("input[type=file]").setInputFiles([file(quoted)]);
    await page.getByRole("button", { name: "Upload" }).click();
    await page.getByText(quoted).first().waitFor();
    assert.ok((await storedNames()).includes(quoted));
  });

  test("arrive from Chromium unchanged without an account", async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(server.url);
    await page.locator("input[type=file]").setInputFiles([file(quoted)]);
    await page.locator("form[enctype] [type=submit]").click();
    await page.getByText(quoted).first().waitFor();
  });

  test("arrive from curl with its escapes", async () => {
    const folder = await mkdtemp(join(tmpdir(), "consigne-names-"));
    try {
      await writeFile(join(folder, "words"), "a few words");
      const name = "50%22 %0D.txt";
      const args = ["-sf", "-H", `Authorization: Bearer ${server.apiKey}`, "-F", `file[]=@words;filename=${name}`];
      const done = await finish("curl", [...args, `${server.url}/upload.cgi`], {
        variables: cleanVariables(folder),
        folder,
      });
      assert.equal(done.code, 0, done.stderr);
      assert.ok((await storedNames()).includes(name));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

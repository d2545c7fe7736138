import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { lacking } from "../_programs.ts";
import { ServerProcess } from "../_server-process.ts";
import { assertAccessible, openChromium, type Visit, visitor } from "./_pages.ts";

const email = "admin@localhost";
const visits: readonly Visit[] = [
  { language: "en", colorScheme: "light", width: 1440, runsScripts: true },
  { language: "fr", colorScheme: "dark", width: 360, runsScripts: false },
];
const words = {
  en: {
    email: "E-mail address",
    password: "Password",
    signIn: "Sign in",
    current: "Current password",
    chosen: "New password",
    again: "New password again",
    change: "Change password",
    security: "Security",
    files: "My files",
    folderName: "Name of the folder",
    createFolder: "Create folder",
    upload: "Upload",
    forgotten: "Forgotten password?",
    sendLink: "Send the link",
    setPassword: "Set the password",
    signOut: "Sign out",
  },
  fr: {
    email: "Adresse e-mail",
    password: "Mot de passe",
    signIn: "Se connecter",
    current: "Mot de passe actuel",
    chosen: "Nouveau mot de passe",
    again: "Nouveau mot de passe, encore une fois",
    change: "Changer le mot de passe",
    security: "Sécurité",
    files: "Mes fichiers",
    folderName: "Nom du dossier",
    createFolder: "Créer le dossier",
    upload: "Envoyer",
    forgotten: "Mot de passe oublié ?",
    sendLink: "Envoyer le lien",
    setPassword: "Enregistrer le mot de passe",
    signOut: "Se déconnecter",
  },
} as const;

suite("the site in a browser", { skip: lacking(["chromium", "--version"]) }, () => {
  let server: ServerProcess;
  let browser: Browser;
  let password = "";

  before(async () => {
    server = await ServerProcess.start();
    password = /^ +Password +(\S+)$/m.exec(server.stdout)?.[1] ?? "";
    browser = await openChromium();
  });
  after(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  async function signIn(page: Page, text: (typeof words)[Visit["language"]], secret: string): Promise<void> {
    await page.goto(`${server.url}/login.pl`);
    await page.getByLabel(text.email).fill(email);
    await page.getByLabel(text.password, { exact: true }).fill(secret);
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: text.security }).waitFor();
  }

  /** The link of the newest letter that was not there before. */
  async function mailedLink(known: ReadonlySet<string>): Promise<string> {
    const outbox = join(server.dataDir, "outbox");
    for (;;) {
      const names = await readdir(outbox).catch(() => []);
      const name = names.find((each) => each.startsWith("password-reset") && each.endsWith(".eml") && !known.has(each));
      if (name !== undefined) {
        const text = (await readFile(join(outbox, name), "utf8")).replaceAll("=\n", "").replaceAll("=3D", "=");
        return /http\S+reset\.pl\?token=\w+/.exec(text)?.[0] ?? "";
      }
      await sleep(50);
    }
  }

  for (const visit of visits) {
    const text = words[visit.language];
    const name = `${visit.language}, ${visit.colorScheme}, ${visit.width} pixels, scripts ${visit.runsScripts ? "on" : "off"}`;

    test(`sign in with the printed password and change it; ${name}`, async () => {
      await using context = await visitor(browser, visit, server.url);
      const page = await context.newPage();
      await page.goto(`${server.url}/login.pl`);
      await assertAccessible(context, page);
      await signIn(page, text, password);
      await assertAccessible(context, page);
      await page.getByRole("link", { name: text.security }).click();
      await assertAccessible(context, page);
      const chosen = `a better password ${visit.language}`;
      await page.getByLabel(text.chosen, { exact: true }).fill(chosen);
      await page.getByLabel(text.again, { exact: true }).fill(chosen);
      await page.locator("#pass-password").fill(password);
      await page.keyboard.press("Tab");
      await page.getByRole("button", { name: text.change }).click();
      await page.getByRole("status").waitFor();
      await assertAccessible(context, page);
      password = chosen;
      await using other = await visitor(browser, visit, server.url);
      await signIn(await other.newPage(), text, password);
    });

    test(`make a folder, upload by form, open the link; ${name}`, async () => {
      await using context = await visitor(browser, visit, server.url);
      const page = await context.newPage();
      await signIn(page, text, password);
      await page.goto(`${server.url}/console/files.pl`);
      await assertAccessible(context, page);
      await page.getByLabel(text.folderName).fill(`folder ${visit.language}`);
      await page.getByRole("button", { name: text.createFolder }).click();
      await page.getByRole("link", { name: `folder ${visit.language}`, exact: true }).click();
      await page
        .locator("input[type=file]")
        .setInputFiles([
          { name: `notes ${visit.language}.txt`, mimeType: "text/plain", buffer: Buffer.from("a few words") },
        ]);
      await page.getByRole("button", { name: text.upload }).click();
      await page.getByText(`notes ${visit.language}.txt`).first().waitFor();
      await assertAccessible(context, page);
      const link =
        (await page
          .getByRole("link", { name: /\/\?\w{20}$/ })
          .first()
          .getAttribute("href")) ?? "";
      await using stranger = await visitor(browser, visit, server.url);
      const seen = await stranger.newPage();
      await seen.goto(link);
      await seen.getByRole("heading", { name: `notes ${visit.language}.txt` }).waitFor();
      await assertAccessible(stranger, seen);
    });

    test(`set a forgotten password by the mailed link; ${name}`, async () => {
      await using context = await visitor(browser, visit, server.url);
      const page = await context.newPage();
      const known = new Set(await readdir(join(server.dataDir, "outbox")).catch(() => []));
      await page.goto(`${server.url}/login.pl`);
      await page.getByRole("link", { name: text.forgotten }).click();
      await assertAccessible(context, page);
      await page.getByLabel(text.email).fill(email);
      await page.getByRole("button", { name: text.sendLink }).click();
      await page.getByRole("status").waitFor();
      await assertAccessible(context, page);
      await page.goto(await mailedLink(known));
      await assertAccessible(context, page);
      const chosen = `set by mail ${visit.language}`;
      await page.getByLabel(text.chosen, { exact: true }).fill(chosen);
      await page.getByLabel(text.again, { exact: true }).fill(chosen);
      await page.getByRole("button", { name: text.setPassword }).click();
      await page.getByRole("status").waitFor();
      await assertAccessible(context, page);
      password = chosen;
      await signIn(page, text, password);
      const answer = await server.api.ok("user/info", {});
      assert.equal(answer["email"], email);
    });
  }
});

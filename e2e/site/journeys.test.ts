import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { ApiClient } from "@consigne/testkit";
import { chromiumForPages } from "../_chromium.ts";
import { cleanVariables, finish, lacking } from "../_programs.ts";
import { ServerProcess } from "../_server-process.ts";
import { isProof } from "../_proof.ts";
import {
  assertAccessible,
  assertContentAccessible,
  bytesOf,
  Hands,
  openChromium,
  type Visit,
  visitor,
  wholeLook,
} from "./_pages.ts";
import { pageStates } from "./_states.ts";

const consigne = fileURLToPath(new URL("../../apps/cli/bin/consigne.js", import.meta.url));
const firstEmail = "admin@localhost";
/** Uncompressed, including the style sheet. The page of a file has 20,140 with its QR code, the sign-in page 10,689. */
const MOST_PAGE_BYTES = 24_000;
const visits = [
  { language: "en", colorScheme: "light", width: 1440, runsScripts: true, byKeyboard: false },
  { language: "fr", colorScheme: "dark", width: 360, runsScripts: false, byKeyboard: true },
] as const satisfies readonly Visit[];
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
    choose: "Files",
    createFolder: "Create folder",
    upload: "Upload",
    forgotten: "Forgotten password?",
    sendLink: "Send the link",
    setPassword: "Set the password",
    signOut: "Sign out",
    keys: "API keys",
    keyName: "Name",
    createKey: "Create key",
    made: "Your new key",
    madeFor: (name: string) => `For ${name}`,
    remote: /^rclone: add this/,
    endKeys: /^End all keys/,
    keepKeys: "Keep the keys",
    newEmail: "New e-mail address",
    confirmEmail: "Change the address",
    linkPassword: "Password",
    download: "Download",
    wrongLinkPassword: "Bad password",
    usedUp: "Link used up",
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
    choose: "Fichiers",
    createFolder: "Créer le dossier",
    upload: "Envoyer",
    forgotten: "Mot de passe oublié ?",
    sendLink: "Envoyer le lien",
    setPassword: "Enregistrer le mot de passe",
    signOut: "Se déconnecter",
    keys: "Clés d’API",
    keyName: "Nom",
    createKey: "Créer la clé",
    made: "Votre nouvelle clé",
    madeFor: (name: string) => `Pour ${name}`,
    remote: /^rclone : ajoutez ceci/,
    endKeys: /^Mettre fin à toutes les clés/,
    keepKeys: "Garder les clés",
    newEmail: "Nouvelle adresse e-mail",
    confirmEmail: "Changer l’adresse",
    linkPassword: "Mot de passe",
    download: "Télécharger",
    wrongLinkPassword: "Mot de passe incorrect",
    usedUp: "Lien épuisé",
  },
} as const;

interface Person {
  text: (typeof words)[Visit["language"]];
  hands: Hands;
}

suite(
  "the site in a browser",
  { skip: lacking([chromiumForPages, "--version"], ["rclone", "version"], ["curl", "--version"]) },
  () => {
    let server: ServerProcess;
    let browser: Browser;
    let email = firstEmail;
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

    async function signIn(page: Page, { text, hands }: Person, secret: string, address = email): Promise<void> {
      await page.goto(`${server.url}/login.pl`);
      await hands.fill(page.getByLabel(text.email), address);
      await hands.fill(page.getByLabel(text.password, { exact: true }), secret);
      await page.keyboard.press("Enter");
      await page.getByRole("link", { name: text.security }).waitFor();
      await page.waitForLoadState();
    }

    /** Text that exists when a page loads is announced if it has the focus. */
    const readOut = (told: Locator) => told.and(told.page().locator(":focus")).waitFor();

    const letters = async () => new Set(await readdir(join(server.dataDir, "outbox")).catch(() => []));

    /** The link in the newest mail of a kind that was not there before. */
    async function mailedLink(kind: "password-reset" | "email-change", known: ReadonlySet<string>): Promise<string> {
      const outbox = join(server.dataDir, "outbox");
      for (const deadline = Date.now() + 30_000; ;) {
        assert.ok(Date.now() < deadline, "waited for a mail");
        const names = await readdir(outbox).catch(() => []);
        const name = names.find((each) => each.startsWith(`${kind}-`) && each.endsWith(".eml") && !known.has(each));
        if (name !== undefined) {
          const text = (await readFile(join(outbox, name), "utf8")).replaceAll("=\n", "").replaceAll("=3D", "=");
          return /http\S+(?:reset|confirm)\.pl\?token=\w+/.exec(text)?.[0] ?? "";
        }
        await sleep(50);
      }
    }

    for (const visit of visits) {
      const text = words[visit.language];
      const hands = new Hands(visit);
      const person: Person = { text, hands };
      const name = `${visit.language}, ${visit.colorScheme}, ${visit.width} pixels, scripts ${visit.runsScripts ? "on" : "off"}`;

      test(`sign in with the printed password and change it; ${name}`, async () => {
        await using context = await visitor(browser, visit, server.url);
        const page = await context.newPage();
        await page.goto(`${server.url}/login.pl`);
        await assertAccessible(context, page);
        await hands.fill(page.getByLabel(text.email), email);
        await hands.fill(page.getByLabel(text.password, { exact: true }), "wrong");
        await hands.press(page.getByRole("button", { name: text.signIn }));
        await readOut(page.getByRole("alert"));
        await assertAccessible(context, page);
        await signIn(page, person, password);
        await assertAccessible(context, page);
        await hands.press(page.getByRole("link", { name: text.security }));
        await assertAccessible(context, page);
        const chosen = `a better password ${visit.language}`;
        const form = page.getByRole("form", { name: text.password, exact: true });
        await hands.fill(form.getByLabel(text.current), password);
        await hands.fill(page.getByLabel(text.chosen, { exact: true }), chosen);
        await hands.fill(page.getByLabel(text.again, { exact: true }), chosen);
        await hands.press(page.getByRole("button", { name: text.change }));
        await page.getByRole("status").waitFor();
        await assertAccessible(context, page);
        password = chosen;
        await using other = await visitor(browser, visit, server.url);
        await signIn(await other.newPage(), person, password);
      });

      test(`make a folder, upload by form, open the link; ${name}`, async () => {
        await using context = await visitor(browser, visit, server.url);
        const page = await context.newPage();
        await signIn(page, person, password);
        await page.goto(`${server.url}/console/files.pl`);
        await assertAccessible(context, page);
        await hands.fill(page.getByLabel(text.folderName), `folder ${visit.language}`);
        await hands.press(page.getByRole("button", { name: text.createFolder }));
        await hands.press(page.getByRole("link", { name: `folder ${visit.language}`, exact: true }));
        await page
          .getByLabel(text.choose, { exact: true })
          .setInputFiles([
            { name: `notes ${visit.language}.txt`, mimeType: "text/plain", buffer: Buffer.from("a few words") },
          ]);
        await hands.press(page.getByRole("button", { name: text.upload }));
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

      test(`make a key, and use it by curl and rclone as the page says; ${name}`, async () => {
        const folder = `seen by rclone ${visit.language}`;
        await server.api.ok("folder/mkdir", { name: folder });
        await using context = await visitor(browser, visit, server.url);
        const page = await context.newPage();
        await signIn(page, person, password);
        await hands.press(page.getByRole("link", { name: text.keys }));
        await assertAccessible(context, page);
        await hands.pressHere(page.getByRole("button", { name: text.createKey }));
        const created = page.getByRole("heading", { name: text.made });
        assert.equal(await created.count(), 0, "a key without a name is not made");
        const keyName = `laptop ${visit.language}`;
        await hands.fill(page.getByLabel(text.keyName, { exact: true }), keyName);
        await hands.press(page.getByRole("button", { name: text.createKey }));
        await created.waitFor();
        await assertAccessible(context, page);
        const key = await page.getByRole("group", { name: text.madeFor(keyName), exact: true }).innerText();
        const curl = await page.getByRole("group", { name: "curl", exact: true }).innerText();
        const remote = page.getByRole("group", { name: text.remote });
        // The form's first choice is a key for rclone: its lines come first, after the key itself.
        await remote.and(page.getByRole("group").nth(1)).waitFor();
        const config = await remote.innerText();
        const home = await mkdtemp(join(tmpdir(), "consigne-journey-"));
        try {
          const variables = { ...cleanVariables(home), CONSIGNE_URL: server.url };
          const byCurl = await finish("/bin/sh", ["-c", curl], { variables });
          assert.match(byCurl.stdout, /"status":"OK"/, byCurl.stdout + byCurl.stderr);
          await writeFile(join(home, "rclone.conf"), config);
          const rclone = ["rclone", "--config", join(home, "rclone.conf"), "lsf", "my1fichier:"];
          const listed = await finish(process.execPath, [consigne, "run", "--", ...rclone], { variables });
          assert.match(listed.stdout, new RegExp(`^${folder}/$`, "m"), listed.stderr);
        } finally {
          await rm(home, { recursive: true });
        }
        await hands.press(page.getByRole("link", { name: text.keys }));
        const row = page.getByRole("row").filter({ hasText: keyName });
        await row.getByText(/\d{4}.* \d\d:\d\d.* 127\.0\.0\.1/).waitFor();
        assert.ok(!(await page.content()).includes(key), "it is shown once");
        await hands.press(row.getByRole("link"));
        await page.getByRole("heading", { name: keyName }).waitFor();
        await assertAccessible(context, page);
      });

      test(`open a link with a password; ${name}`, async () => {
        const name = `kept ${visit.language}.txt`;
        const [file] = await server.api.upload({ [name]: "a secret" }, { dpass: "open sesame" });
        await using context = await visitor(browser, visit, server.url);
        const page = await context.newPage();
        await page.goto(file?.download ?? "");
        await assertAccessible(context, page);
        const send = page.getByRole("button", { name: text.download });
        await hands.fill(page.getByLabel(text.linkPassword), "wrong");
        await hands.press(send);
        await readOut(page.getByRole("alert").filter({ hasText: text.wrongLinkPassword }));
        await assertAccessible(context, page);
        await hands.fill(page.getByLabel(text.linkPassword), "open sesame");
        // One click is enough: the following page continues by itself.
        const byItself = page.waitForEvent("download");
        await hands.press(send);
        await page.getByRole("heading", { name }).waitFor();
        assert.equal(await readFile(await (await byItself).path(), "utf8"), "a secret");
        await assertAccessible(context, page);
        const byHand = page.waitForEvent("download");
        await hands.pressHere(page.getByRole("link", { name: /^(Click here to download|Cliquez ici pour)/ }));
        assert.equal(await readFile(await (await byHand).path(), "utf8"), "a secret");
      });

      test(`use up a link with a password; ${name}`, async () => {
        const name = `once ${visit.language}.txt`;
        const [file] = await server.api.upload({ [name]: "seen once" });
        const rules = { pass: "open sesame", max_downloads: 1 };
        const { link } = await server.api.ok("/x/v1/link/add", { file_id: file?.download, ...rules });
        const { url } = link as { url: string };
        await using context = await visitor(browser, visit, server.url);
        const page = await context.newPage();
        await page.goto(url);
        await hands.fill(page.getByLabel(text.linkPassword), "open sesame");
        const downloading = page.waitForEvent("download");
        await hands.press(page.getByRole("button", { name: text.download }));
        await page.getByRole("heading", { level: 1, name }).waitFor();
        assert.equal(await readFile(await (await downloading).path(), "utf8"), "seen once");
        await page.goto(url);
        await page.getByRole("heading", { level: 1, name: text.usedUp }).waitFor();
        await assertAccessible(context, page);
        assert.equal(await page.getByLabel(text.linkPassword).count(), 0, "no password opens it any more");
        assert.ok(!(await page.content()).includes(name));
        await hands.press(page.getByRole("link", { name: text.signIn }));
        await page.getByRole("button", { name: text.signIn }).waitFor();
      });

      test(`change the e-mail address by the mailed link; ${name}`, async () => {
        await using context = await visitor(browser, visit, server.url);
        const page = await context.newPage();
        await signIn(page, person, password);
        const known = await letters();
        const fresh = `admin.${visit.language}@example.org`;
        await page.goto(`${server.url}/console/security.pl`);
        const form = page.getByRole("form", { name: text.email, exact: true });
        await hands.fill(form.getByLabel(text.current), password);
        await hands.fill(page.getByLabel(text.newEmail), fresh);
        await hands.press(page.getByRole("button", { name: text.sendLink }));
        await page.getByRole("status").waitFor();
        await assertAccessible(context, page);
        const link = await mailedLink("email-change", known);
        // As on another device, where nobody is signed in.
        await using other = await visitor(browser, visit, server.url);
        const opened = await other.newPage();
        await opened.goto(link);
        await opened.getByText(fresh).waitFor();
        await assertAccessible(other, opened);
        await hands.fill(opened.getByLabel(text.password, { exact: true }), "wrong");
        await hands.press(opened.getByRole("button", { name: text.confirmEmail }));
        await readOut(opened.getByRole("alert"));
        await assertAccessible(other, opened);
        await hands.fill(opened.getByLabel(text.password, { exact: true }), password);
        await hands.press(opened.getByRole("button", { name: text.confirmEmail }));
        await opened.getByRole("status").getByText(fresh).waitFor();
        await assertAccessible(other, opened);
        email = fresh;
        await opened.goto(link);
        await opened.getByRole("alert").waitFor();
        await assertAccessible(other, opened);
        await signIn(await other.newPage(), person, password);
      });

      test(`set a forgotten password by the mailed link, keeping the keys, then ending them; ${name}`, async () => {
        await using context = await visitor(browser, visit, server.url);
        const page = await context.newPage();
        const address = `forgetful.${visit.language}@example.org`;
        await server.operate("user", "add", address);
        const created = await server.operate("key", "add", address);
        const api = new ApiClient(server, /[A-Za-z0-9]{32}/.exec(created.stdout)?.[0] ?? "");
        assert.equal((await api.call("user/info", {})).status, 200, created.stdout + created.stderr);
        for (const ending of [false, true]) {
          const known = await letters();
          await page.goto(`${server.url}/login.pl`);
          await hands.press(page.getByRole("link", { name: text.forgotten }));
          await assertAccessible(context, page);
          await hands.fill(page.getByLabel(text.email), address);
          await hands.press(page.getByRole("button", { name: text.sendLink }));
          await page.getByRole("status").waitFor();
          await assertAccessible(context, page);
          const link = await mailedLink("password-reset", known);
          await page.goto(link);
          await assertAccessible(context, page);
          const chosen = `set by mail ${visit.language} ${ending}`;
          await hands.fill(page.getByLabel(text.chosen, { exact: true }), chosen);
          await hands.fill(page.getByLabel(text.again, { exact: true }), chosen);
          const [keep, end] = [text.keepKeys, text.endKeys].map((name) => page.getByRole("radio", { name }));
          assert.ok(keep !== undefined && end !== undefined && (await keep.isChecked()), "keeping them is chosen");
          if (ending) await hands.choose(end, keep);
          await hands.press(page.getByRole("button", { name: text.setPassword }));
          await page.getByRole("status").waitFor();
          await assertAccessible(context, page);
          await signIn(page, person, chosen, address);
          const answer = await api.call("user/info", {});
          assert.equal(answer.status, ending ? 403 : 200);
          if (ending) assert.match(answer.text, /No such user #93/, "a script learns that its key has ended");
          await page.goto(link);
          await page.getByRole("alert").waitFor();
          await assertAccessible(context, page);
          await context.clearCookies({ name: "SID" });
        }
      });
    }

    test("a stranger with a password link is told in French what happened to it, on a phone without scripts", async () => {
      const [file] = await server.api.upload({ "Relevé d'été.txt": "octets" }, { dpass: "open sesame" });
      const url = file?.download ?? "";
      const further = async (rules: object): Promise<string> => {
        const { link } = await server.api.ok("/x/v1/link/add", { file_id: url, pass: "open sesame", ...rules });
        return (link as { url: string }).url;
      };
      await using context = await visitor(browser, visits[1], server.url);
      const page = await context.newPage();
      /** Includes the start of the download: what the page does by itself would interfere with the next step. */
      const begins = async (act: () => Promise<unknown>) => {
        const downloading = page.waitForEvent("download");
        await act();
        await page.getByText("commence de lui-même").waitFor();
        return downloading;
      };
      const give = (link: string) =>
        begins(async () => {
          await page.goto(link);
          await page.getByLabel(words.fr.linkPassword).fill("open sesame");
          await page.getByRole("button", { name: words.fr.download }).click();
        });
      const fetchIt = () => page.getByRole("link", { name: /^Cliquez ici pour/ }).click();
      await give(url);
      await begins(() => page.reload());
      await page.goBack();
      await page.getByRole("heading", { name: "Fichier protégé" }).waitFor();
      await give(url);
      await server.api.ok("file/chattr", { urls: [url], pass: "another sesame" });
      await fetchIt();
      await page.getByText("Ouvrez de nouveau la page du fichier").waitFor();
      const limited = await further({ max_downloads: 1 });
      assert.equal((await give(limited)).suggestedFilename(), "Relevé d'été.txt");
      await page.reload();
      await page.getByRole("heading", { name: "Lien épuisé" }).waitFor();
      assert.ok(!(await page.content()).includes("Relevé"));
    });

    test("a stranger browses the folders of a password link, goes back and reloads, and is asked for the password once", async () => {
      const makeFolder = async (name: string, parent: number) =>
        Number((await server.api.ok("folder/mkdir", { name, folder_id: parent }))["folder_id"]);
      const top = await makeFolder("Vacances d'été", 0);
      const inner = await makeFolder("Plage & mer", top);
      const deep = await makeFolder("Coquillages", inner);
      await server.api.upload({ "sable.txt": "grains" }, { did: String(inner) });
      await server.api.upload({ "nacre.txt": "reflets" }, { did: String(deep) });
      const { link } = await server.api.ok("/x/v1/link/add", { folder_id: top, pass: "open sesame" });
      const { id, url } = link as { id: string; url: string };
      await using context = await visitor(browser, visits[1], server.url);
      const page = await context.newPage();
      const folder = (name: string) => page.getByRole("heading", { name: `Dossier partagé ${name}` });
      await page.goto(url);
      await page.getByLabel(words.fr.linkPassword).fill("wrong");
      await page.keyboard.press("Enter");
      await readOut(page.getByRole("alert").filter({ hasText: words.fr.wrongLinkPassword }));
      await page.getByLabel(words.fr.linkPassword).fill("open sesame");
      await page.getByRole("button", { name: "Ouvrir" }).click();
      await folder("Vacances d'été").waitFor();
      await page.reload();
      await folder("Vacances d'été").waitFor();
      await page.getByRole("link", { name: "Plage & mer" }).click();
      await page.getByRole("link", { name: "sable.txt" }).waitFor();
      await assertAccessible(context, page);
      await page.getByRole("link", { name: "Coquillages" }).click();
      await page.getByRole("link", { name: "nacre.txt" }).waitFor();
      await page.reload();
      await page.getByRole("link", { name: "nacre.txt" }).waitFor();
      await page.goBack();
      await folder("Plage & mer").waitFor();
      await page.goBack();
      await folder("Vacances d'été").waitFor();
      await page.goForward();
      await folder("Plage & mer").waitFor();
      await page.getByRole("link", { name: "Vacances d'été" }).click();
      await folder("Vacances d'été").waitFor();
      const archive = page.waitForEvent("download");
      await page.getByRole("link", { name: /zip/i }).click();
      assert.equal((await archive).suggestedFilename(), "Vacances d'été.zip");
      await server.api.ok("/x/v1/link/change", { id, pass: "another sesame" });
      await page.reload();
      await page.getByLabel(words.fr.linkPassword).waitFor();
      assert.ok(!(await page.content()).includes("Plage"));
    });

    test("every page is accessible in every state", async () => {
      const found: string[] = [];
      // The narrowest window with the longer texts; `npm run proof` checks all of them on a desktop and in English too.
      const looked = isProof ? visits : visits.filter(({ language }) => language === "fr");
      const states = (await pageStates(server.url)).filter(({ language }) => isProof || language === "fr");
      assert.ok(states.length > 100);
      for (const { name, content } of states) {
        for (const { width, colorScheme } of looked) {
          const seen = { name, content, size: { width, height: 800 }, looks: wholeLook(colorScheme) };
          await assertContentAccessible(browser, seen).catch((error: Error) => found.push(error.message));
        }
      }
      assert.deepEqual(found, []);
    });

    test("a page is small and loads nothing else, except for the QR code on a file's page", async () => {
      const plain = { language: "en", colorScheme: "light", width: 360, runsScripts: false } as const;
      await using context = await visitor(browser, plain, server.url);
      const [file] = await server.api.upload({ "film.mkv": "a few words" });
      for (const [url, count] of [
        [`${server.url}/login.pl`, 1],
        [`${server.url}/forgotten.pl`, 1],
        [file?.download ?? "", 2],
      ] as const) {
        const { bytes, requests } = await bytesOf(context, url);
        assert.equal(requests, count, url);
        assert.ok(bytes <= MOST_PAGE_BYTES, `${url} has ${bytes} bytes`);
      }
    });
  },
);

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { idOf, send, uploadOne } from "./_wire.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };
/** Sends the upload form like a browser. */
function sendFile(browser: Browser, { text }: { text: string }) {
  const form = text.split("<form").find((each) => each.includes("multipart/form-data")) ?? "";
  const fields = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
  const parts = fields.map(
    ([, name, value]) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file = `--x\r\ncontent-disposition: form-data; name="file[]"; filename="a"\r\n\r\n1\r\n--x--\r\n`;
  const url = /action="([^"]+)"/.exec(form)?.[1] ?? "";
  const headers = {
    "content-type": "multipart/form-data; boundary=x",
    origin: new URL(url).origin,
    "sec-fetch-site": "same-origin",
    ...browser.cookieHeader(),
  };
  return send(url, { method: "POST", headers, body: [...parts, file].join("") });
}

const languageOf = (page: string) => /<html lang="([^"]*)">/.exec(page)?.[1];

suite("the language of a page", () => {
  let server: TestServer;
  let link: string;
  let guarded: string;

  before(async () => {
    server = await startTestServer({ storage: "memory" });
    const owner = new ApiClient(server, server.apiKey);
    link = await uploadOne(owner);
    guarded = await uploadOne(owner, "guarded.bin", "hello", { dpass: "open sesame" });
  });
  after(() => server[Symbol.asyncDispose]());

  const visit = (url: string, headers: Record<string, string> = {}) => send(url, { headers });
  const cookieOf = (answer: { headers: Headers }) => answer.headers.get("set-cookie");

  test("is English, whatever the browser prefers, until another is chosen", async () => {
    const asked: [string, Record<string, string>, string][] = [
      [link, {}, "en"],
      [link, { "accept-language": "fr-FR,fr;q=0.9" }, "en"],
      [link, { cookie: "a=b; LG=fr; c=d" }, "fr"],
      [link, { cookie: "LG=pl" }, "en"],
      [`${link}&lg=fr`, {}, "fr"],
      [`${link}&lg=en`, { cookie: "LG=fr" }, "en"],
      [link.replace("/?", "/fr/?"), { cookie: "LG=en" }, "fr"],
      [`${link.replace("/?", "/fr/?")}&lg=en`, {}, "en"],
      [link.replace("/?", "/bg/?"), { cookie: "LG=fr" }, "en"],
      [`${server.url}/fr`, {}, "fr"],
      [`${server.url}/fr/dir/Ab3dEf9h`, {}, "fr"],
      [`${server.url}/?abcdefghij0123456789&lg=fr`, {}, "fr"],
    ];
    for (const [url, headers, language] of asked) {
      const answer = await visit(url, headers);
      assert.equal(languageOf(answer.text), language, `${url} ${JSON.stringify(headers)}`);
      assert.equal(answer.headers.get("content-language"), language);
    }
  });

  test("follows the address for an upload report, and for a wrong method", async () => {
    const { text } = await new ApiClient(server, server.apiKey).call("upload/get_upload_server", {});
    const { id } = JSON.parse(text) as { id: string };
    const body = `--x\r\ncontent-disposition: form-data; name="file[]"; filename="a"\r\n\r\n1\r\n--x--\r\n`;
    const type = { "content-type": "multipart/form-data; boundary=x", authorization: `Bearer ${server.apiKey}` };
    const sent = await send(`${server.url}/upload.cgi?id=${id}`, { method: "POST", headers: type, body });
    assert.equal(sent.headers.get("location"), `/end.pl?xid=${id}`);
    for (const language of ["en", "fr"]) {
      const report = await visit(`${server.url}/${language}/end.pl?xid=${id}`);
      assert.equal(report.status, 200);
      assert.equal(languageOf(report.text), language);
      const form = { method: "PUT", headers: { accept: "text/html" } };
      const other = await send(`${server.url}/${language}/login.pl`, form);
      assert.equal(other.status, 405);
      assert.equal(languageOf(other.text), language);
      const said = language === "fr" ? /Cette URL n’accepte que GET.* et POST\./ : /accepts only GET.* and POST\./;
      assert.match(other.text, said);
    }
  });

  test("is remembered if chosen by a link, and not otherwise", async () => {
    const chosen = cookieOf(await visit(`${link}&lg=fr`)) ?? "";
    assert.match(chosen, /^LG=fr; Path=\/; Max-Age=\d+; SameSite=Lax$/);
    assert.equal(cookieOf(await visit(`${link}&lg=fr`, { cookie: "LG=fr" })), null);
    for (const url of [link, `${link}&lg=pl`, link.replace("/?", "/fr/?")])
      assert.equal(cookieOf(await visit(url)), null);
  });

  test("is sent along with a form if neither cookie nor address has it", async () => {
    const question = await visit(`${guarded}&lg=fr`);
    assert.match(question.text, /<input type="hidden" name="lg" value="fr">/);
    const again = await send(guarded, { method: "POST", headers: form, body: "adz=0.a1&pass=wrong+one&lg=fr" });
    assert.equal(languageOf(again.text), "fr");
    assert.match(again.text, /Mot de passe incorrect/);
    assert.doesNotMatch((await visit(guarded)).text, /name="lg"/);
  });

  test("is changed by a link to the same page, which carries no injected parameters", async () => {
    const page = await visit(`${link}&inline=1&lg=en&x=<b>&y=a%20b&z=You must wait`.replaceAll(" ", "%20"));
    const href = /<a href="([^"]+)" lang="fr"/.exec(page.text)?.[1];
    assert.equal(href, `/?${idOf(link)}&amp;inline=1&amp;lg=fr`);
    assert.equal(languageOf((await visit(`${server.url}/?${idOf(link)}&inline=1&lg=fr`)).text), "fr");
  });

  test("chosen when signing in becomes the account's, unless a program signs in", async () => {
    const account = { email: "lettres@example.org", password: "a long password", planId: "free" } as const;
    const { accounts } = server.services;
    await accounts.create("operator", account);
    const language = async () => (await accounts.getByEmail("operator", account.email)).settings.language;
    assert.equal(await language(), undefined);
    const browser = new Browser(server);
    await browser.signIn(account.email, account.password, { lg: "fr" });
    assert.equal(await language(), "fr");
    const body = String(new URLSearchParams({ mail: account.email, pass: account.password }));
    assert.equal((await send(`${server.url}/login.pl?lg=en`, { method: "POST", headers: form, body })).status, 200);
    assert.equal(await language(), "fr");
    await new Browser(server).signIn(account.email, account.password);
    assert.equal(await language(), "en");
  });

  test("also applies to refusals shown in a browser", async () => {
    const french = { cookie: "LG=fr", accept: "text/html" };
    const { "content-type": type } = form;
    const typed = { ...french, "content-type": type };
    const multipart = { ...french, "content-type": "multipart/form-data; boundary=x" };
    const body = `--x\r\ncontent-disposition: form-data; name="file[]"; filename="a"\r\n\r\n1\r\n--x--\r\n`;
    const met: Record<string, [Promise<{ text: string; status: number }>, number, RegExp]> = {
      "a form that is no text": [
        send(`${server.url}/login.pl`, { method: "POST", headers: typed, body: Buffer.from([0x61, 0x3d, 0xff]) }),
        400,
        />La requête n’a pas été comprise</,
      ],
      "a form that is too large": [
        send(`${server.url}/login.pl`, { method: "POST", headers: typed, body: "a".repeat(3_000_000) }),
        413,
        />La requête est plus grande que permis</,
      ],
      "a direct link that is none": [
        visit(`${server.url}/p${"a".repeat(19)}`, french),
        404,
        />Ce lien de téléchargement/,
      ],
      "no QR code": [visit(`${server.url}/qr.pl?x`, french), 404, />Il n’y a rien de tel ici/],
      "an upload of a stranger": [
        send(`${server.url}/upload.cgi?id=Stranger01`, { method: "POST", headers: multipart, body }),
        403,
        /Il faut se connecter pour cela/,
      ],
    };
    for (const [what, [asked, status, said]] of Object.entries(met)) {
      const answer = await asked;
      assert.equal(answer.status, status, what);
      assert.equal(languageOf(answer.text), "fr", what);
      assert.match(answer.text, said, what);
    }
  });

  test("of a refused upload is its form's, as far as it was read", async () => {
    const headers = { accept: "text/html", "content-type": "multipart/form-data; boundary=x" };
    const field = `--x\r\ncontent-disposition: form-data; name="lg"\r\n\r\nfr\r\n`;
    const file = `--x\r\ncontent-disposition: form-data; name="file[]"; filename="a"\r\n\r\n1\r\n`;
    const upload = (body: string, cookie?: string) => {
      const all = cookie === undefined ? headers : { ...headers, cookie };
      return send(`${server.url}/upload.cgi?id=Stranger02`, { method: "POST", headers: all, body: `${body}--x--\r\n` });
    };
    const before = await upload(`${field}${file}`);
    assert.equal(before.status, 403);
    assert.equal(languageOf(before.text), "fr");
    assert.match(before.text, /Il faut se connecter pour cela/);
    assert.equal(languageOf((await upload(field)).text), "fr", "a form without a file");
    assert.equal(languageOf((await upload(`${field}${file}`, "LG=en")).text), "fr", "the form overrides the cookie");
    assert.equal(languageOf((await upload(`${file}${field}`)).text), "en", "refused before the field arrived");
    assert.equal(languageOf((await upload(`${file}${field}`, "LG=fr")).text), "fr");
  });

  test("chosen by the address survives every form and redirect, without a cookie or against one", async () => {
    const password = "a long password";
    const email = "langue@example.org";
    await server.services.accounts.create("operator", { email, password, planId: "premium" });
    for (const [language, cookie] of [
      ["fr", undefined],
      ["en", "fr"],
    ] as const) {
      const browser = new Browser(server);
      if (cookie !== undefined) browser.cookies.set("LG", cookie);
      const at = (path: string) => `/${language}${path}`;
      const check = (what: string, { text, status }: { text: string; status: number }) =>
        assert.equal(languageOf(text), language, `${what}: ${status}`);
      /** Submits the only form of a page, or the form with the given `do`, like a browser. */
      const fill = async (path: string, fields: Record<string, string>, action?: string) => {
        const { text } = await browser.open(path);
        const forms = text.split("<form").slice(1);
        const form = forms.find((each) => action === undefined || each.includes(`name="do" value="${action}"`)) ?? "";
        const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
        const target = /action="([^"]+)"/.exec(form)?.[1] ?? "";
        const values = Object.fromEntries(hidden.map(([, name = "", value = ""]) => [name, value]));
        return browser.post(target, { ...values, ...fields });
      };
      check("asked to sign in", await browser.open(at("/console/security.pl")));
      check("wrong password", await fill(at("/login.pl"), { mail: email, pass: "wrong" }));
      check("forgotten password", await fill(at("/forgotten.pl"), { mail: "nobody@example.org" }));
      check("no address", await fill(at("/forgotten.pl"), { mail: "nobody" }));
      check("reset, unknown", await browser.open(at("/reset.pl?token=x")));
      check("invitation, unknown", await browser.open(at("/invitation.pl?token=x")));
      check("confirmation, unknown", await browser.open(at("/confirm.pl?token=x")));
      check("signed in", await fill(at("/login.pl"), { mail: email, pass: password }));
      check("new folder", await fill(at("/console/files.pl"), { name: `made ${language}` }, "mkdir"));
      check("the same again", await fill(at("/console/files.pl"), { name: `made ${language}` }, "mkdir"));
      check("wrong current password", await fill(at("/console/security.pl"), { pass: "wrong" }, "password"));
      check("new address", await fill(at("/console/security.pl"), { pass: password, mail: "neu@example.org" }, "mail"));
      check("new key", await fill(at("/console/params.pl"), { name: "key", template: "rclone" }, "new"));
      const stored = await sendFile(browser, await browser.open(at("/console/files.pl")));
      check("upload report", await browser.open(stored.headers.get("location") ?? ""));
      check("key without a name", await fill(at("/console/params.pl"), { name: "", template: "rclone" }, "new"));
      const key = /params\.pl\?key=(\w+)/.exec((await browser.open(at("/console/params.pl"))).text)?.[1] ?? "";
      check("renamed key", await fill(at(`/console/params.pl?key=${key}`), { name: "other" }, "rename"));
      check("revoked key", await fill(at(`/console/params.pl?key=${key}`), {}, "revoke"));
      const menu = /href="([^"]*\/console\/abo\.pl)"/.exec((await browser.open(at("/console/index.pl"))).text)?.[1];
      check("the menu", await browser.open(menu ?? ""));
      check("signed out", await fill(at("/logout.pl"), {}));
      assert.equal(browser.cookies.get("LG"), cookie);
    }
  });
});

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { startTestServer, type TestServer } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { lettersTo } from "./_letters.ts";
import { addPerson, basic, bearer, idOf, makeFolder, type Person, type RawAnswer, send, uploadOne } from "./_wire.ts";

type Headers = Record<string, string>;
/** A request with a secret: the right one, or another. */
type EntryPoint = (secret: "right" | "wrong", from: Headers) => Promise<RawAnswer>;

const PASSWORD = "open sesame";
const MOST_GUESSES = 2;
const HELD = /#412|Your requests are too fast|IP Locked|More than 2 log/;
const urlencoded = { "content-type": "application/x-www-form-urlencoded" };
const json = { "content-type": "application/json" };
const multipart = { "content-type": "multipart/form-data; boundary=b" };
const part = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = '--b\r\nContent-Disposition: form-data; name="file[]"; filename="x"\r\n\r\nx\r\n--b--\r\n';

/** With the default limits, except for the number of guesses. */
suite("somebody who guesses", () => {
  let server: TestServer;
  let owner: Person;
  let stranger: Person;
  let browser: Browser;
  const at = { file: "", link: "", share: "", folderLink: "", removed: "", code: "", formToken: "" };
  const mailed = { reset: "", confirm: "" };
  let count = 0;

  before(async () => {
    server = await startTestServer({
      settings: { CONSIGNE_LIMITS: "friendly", CONSIGNE_LIMIT_GUESSES: String(MOST_GUESSES) },
    });
    server.limits.use("off");
    owner = await addPerson(server, "owner-of-secrets@example.org");
    stranger = await addPerson(server, "stranger@example.org", { plan: "premium" });
    at.file = await uploadOne(owner.client, "guarded.bin", "bytes", { dpass: PASSWORD });
    const folder = await makeFolder(owner.client, "guarded");
    at.share = String((await owner.client.ok("folder/share", { folder_id: folder, share: 1, pass: PASSWORD }))["url"]);
    const linkTo = async (entry: object) =>
      ((await owner.client.ok("/x/v1/link/add", { ...entry, pass: PASSWORD }))["link"] as { url: string }).url;
    at.link = await linkTo({ file_id: idOf(at.file) });
    at.folderLink = await linkTo({ folder_id: folder });
    const [removed] = await owner.client.upload({ "removed.bin": "bytes" });
    at.removed = removed?.download ?? "";
    at.code = removed?.remove.split("/").at(-1) ?? "";
    browser = new Browser(server);
    await browser.signIn(stranger.email, stranger.password);
    at.formToken = /name="b" value="(\w+)"/.exec((await browser.open("/logout.pl")).text)?.[1] ?? "";
    await browser.post("/forgotten.pl", { mail: owner.email });
    const { email, password } = await addPerson(server, "moving@example.org");
    const moving = new Browser(server);
    await moving.signIn(email, password);
    await moving.fillIn("/console/security.pl", "mail", { mail: "moved@example.org", pass: password });
    const tokenTo = async (address: string) =>
      /token=(?:3D)?(\w{40})/.exec((await lettersTo(server, address, 1))[0]?.replaceAll("=\n", "") ?? "")?.[1] ?? "";
    mailed.reset = await tokenTo(owner.email);
    mailed.confirm = await tokenTo("moved@example.org");
  });
  after(() => server[Symbol.asyncDispose]());

  const ask = (path: string, headers: Headers, body?: string) =>
    send(path.startsWith("http") ? path : `${server.url}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers,
      ...(body === undefined ? {} : { body }),
    });
  const call = (path: string, body: object, headers: Headers) =>
    ask(path, { ...json, ...headers }, JSON.stringify(body));
  const form = (path: string, fields: Headers, headers: Headers) =>
    ask(path, { ...urlencoded, ...headers }, String(new URLSearchParams(fields)));
  const ownForm = (fields: Headers, from: Headers, path = "/console/security.pl") =>
    form(path, { token: at.formToken, ...fields }, { ...from, ...browser.cookieHeader(), origin: server.url });
  const ownCall = (path: string, body: object, from: Headers) =>
    call(path, body, { ...from, ...browser.cookieHeader(), "consigne-session": "1", origin: server.url });

  const of = (right: string) => ({ right, wrong: `${right.slice(0, -1)}${right.endsWith("x") ? "y" : "x"}` });
  const link = of(PASSWORD);
  const accounts = () => of(owner.password);
  const own = () => of(stranger.password);
  const asStranger = (from: Headers) => ({ ...from, ...bearer(stranger.key) });

  /** Requests that only answer, as often as repeated. */
  const entryPoints: Record<string, EntryPoint> = {
    "a key in the header": (secret, from) => call("/v1/file/ls.cgi", {}, { ...from, ...bearer(of(owner.key)[secret]) }),
    "a key in the query": (secret, from) => ask(`/v1/file/ls.cgi?key=${of(owner.key)[secret]}`, from, ""),
    "a key in the body": (secret, from) => call("/v1/file/ls.cgi", { api_key: of(owner.key)[secret] }, from),
    "a key for the event stream": (secret, from) =>
      ask(`/x/v1/events?api_key=${secret === "right" ? server.apiKey : of(owner.key).wrong}&after=x`, from),
    "a key at an upload": (secret, from) =>
      ask(`/upload.cgi?key=${of(owner.key)[secret]}`, { ...from, ...multipart }, file),
    "a key among the fields of an upload": (secret, from) =>
      ask("/upload.cgi?id=abcdefghij", { ...from, ...multipart }, part("key", of(owner.key)[secret]) + file),
    "a key at a page": (secret, from) =>
      ask(`/?${idOf(at.removed)}&auth=1`, { ...from, ...bearer(of(owner.key)[secret]) }),
    "a password at a call": (secret, from) =>
      call("/v1/file/ls.cgi", {}, { ...from, ...basic(owner.email, accounts()[secret]) }),
    "a password at a page": (secret, from) =>
      ask(`/?${idOf(at.removed)}&auth=1`, { ...from, ...basic(owner.email, accounts()[secret]) }),
    "a password at an upload": (secret, from) =>
      ask("/upload.cgi", { ...from, ...multipart, ...basic(owner.email, accounts()[secret]) }, file),
    "a password among the fields of an upload": (secret, from) =>
      ask(
        "/upload.cgi?id=abcdefghij",
        { ...from, ...multipart },
        part("user", owner.email) + part("pass", accounts()[secret]) + file,
      ),
    "a password when signing in": (secret, from) =>
      form("/login.pl", { mail: owner.email, pass: accounts()[secret] }, from),
    "a password that confirms a session": (secret, from) => ownForm({ do: "prove", pass: own()[secret] }, from),
    "a password when changing the address": (secret, from) =>
      ownForm({ do: "mail", mail: "elsewhere@example.org", pass: own()[secret] }, from),
    "a password when changing the password": (secret, from) =>
      ownForm({ do: "password", pass: own()[secret], new_pass: "a1", new_pass_again: "a1" }, from),
    "a password that confirms a session in a call": (secret, from) =>
      ownCall("/x/v1/account/verify", { password: own()[secret] }, from),
    "a password of a link for its details": (secret, from) =>
      call("/v1/file/info.cgi", { url: at.file, pass: link[secret] }, asStranger(from)),
    "a password of a link for its token": (secret, from) =>
      call("/v1/download/get_token.cgi", { url: at.file, pass: link[secret] }, asStranger(from)),
    "a password of a link for a copy": (secret, from) =>
      call("/v1/file/cp.cgi", { urls: [at.file], pass: link[secret] }, asStranger(from)),
    "a password of a link on its page": (secret, from) => form(at.file, { pass: link[secret] }, from),
    "a password of a link on its page, in a browser": (secret, from) =>
      form(at.file, { pass: link[secret], submit: "Download" }, { ...from, origin: server.url }),
    "a password of a link being saved": (secret, from) =>
      ownForm({ save: "Save", did: "0", pass: link[secret] }, from, at.file),
    "a password of an additional link": (secret, from) => form(at.link, { pass: link[secret] }, from),
    "a password of an additional link in a call": (secret, from) =>
      call("/v1/download/get_token.cgi", { url: at.link, pass: link[secret] }, asStranger(from)),
    "a password of a shared folder": (secret, from) => form(at.share, { pass: link[secret] }, from),
    "a password of a shared folder for a program": (secret, from) =>
      form(at.share, { json: "1", pass: link[secret] }, from),
    "a password of a shared folder for its lines": (secret, from) =>
      form(at.share, { e: "1", pass: link[secret] }, from),
    "a password of a shared folder for its archive": (secret, from) =>
      form(at.share, { zip: "1", pass: link[secret] }, from),
    "a password of an additional link to a folder": (secret, from) => form(at.folderLink, { pass: link[secret] }, from),
    "a password of an additional link to a folder for its archive": (secret, from) =>
      form(at.folderLink, { zip: "1", pass: link[secret] }, from),
    "the code that removes a file": (secret, from) => ask(`/remove/${idOf(at.removed)}/${of(at.code)[secret]}`, from),
    "the code that removes a file, for a program": (secret, from) =>
      ask(`/remove/${idOf(at.removed)}/${of(at.code)[secret]}`, { ...from, accept: "application/json" }),
    "the code that removes a file, in its form": (secret, from) =>
      form(`/remove/${idOf(at.removed)}/${of(at.code)[secret]}`, { force: "0" }, from),
    "the link to a new password": (secret, from) => ask(`/reset.pl?token=${of(mailed.reset)[secret]}`, from),
    "the link to a new password, in its form": (secret, from) =>
      form("/reset.pl", { token: of(mailed.reset)[secret], pass: "a1", pass_again: "a1" }, from),
    "the link to a new address": (secret, from) => ask(`/confirm.pl?token=${of(mailed.confirm)[secret]}`, from),
  };
  /** Requests that change something, so the right secret is only used once it is refused. */
  const lastEntryPoints: Record<string, EntryPoint> = {
    "a password after the link to a new address": (secret, from) =>
      form(
        "/confirm.pl",
        { token: mailed.confirm, pass: secret === "right" ? "password of moving@example.org" : "no" },
        from,
      ),
    "the code that removes a file, in a call": (secret, from) =>
      call("/v1/file/rm.cgi", { files: [{ url: at.removed, code: of(at.code)[secret] }] }, asStranger(from)),
  };

  for (const [what, entryPoint] of Object.entries({ ...entryPoints, ...lastEntryPoints })) {
    test(`${what} is soon locked out, even with the right guess`, async () => {
      const address = `203.0.113.${(count += 1)}`;
      const from = { "x-forwarded-for": address };
      if (Object.hasOwn(entryPoints, what)) {
        server.limits.use("off");
        const first = await entryPoint("right", from);
        assert.doesNotMatch(first.text, HELD);
      }
      server.limits.use("friendly");
      const answers: RawAnswer[] = [];
      for (let guess = 0; guess <= MOST_GUESSES; guess += 1) answers.push(await entryPoint("wrong", from));
      const locks = await server.limits.locks();
      assert.deepEqual(
        locks.filter(({ subject }) => subject === address).map(({ reason }) => reason),
        ["guesses"],
        answers.map(({ status, text }) => `${status} ${text.slice(0, 100)}`).join("\n"),
      );
      const refused = await entryPoint("right", from);
      assert.equal(refused.status, 403);
      assert.match(refused.text, HELD);
    });
  }
});

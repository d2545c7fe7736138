import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { lettersTo } from "./_letters.ts";
import { idOf, makeFolder, send, uploadOne } from "./_wire.ts";

/** Reads as "photoexe.jpg" where it is shown as it is. */
const FILE = "photo\u{202e}gpj.exe";
const SHOWN_FILE = "photo\\u{202e}gpj.exe";
const FOLDER = "in\u{200b}ner";
const SHOWN_FOLDER = "in\\u{200b}ner";
const HIDDEN = /[\u{200b}\u{202e}]/u;

/** What people see or hear of a page; input fields and what programs read keep the name unchanged. */
const seenOf = (text: string): string =>
  text
    .replaceAll(/<template>[^]*?<\/template>/g, "")
    .replaceAll(/ value="[^"]*"/g, "")
    .replaceAll(/<td class="normal">[^<]*<\/td>/g, "");

suite("names with hidden characters on the plain pages", () => {
  let server: TestServer;
  let owner: ApiClient;
  let browser: Browser;
  let folder: number;
  let link: string;

  before(async () => {
    server = await startTestServer({ settings: { CONSIGNE_ANONYMOUS_UPLOAD: "on" } });
    owner = new ApiClient(server, server.apiKey);
    folder = await makeFolder(owner, FOLDER);
    await makeFolder(owner, `below ${FOLDER}`, folder);
    link = await uploadOne(owner, FILE, "x", { did: String(folder) });
    browser = new Browser(server);
    await browser.signIn(server.email, server.password);
  });
  after(() => server[Symbol.asyncDispose]());

  /** Each name is shown with escapes. */
  const assertShown = (what: string, text: string, names: readonly string[]) => {
    const seen = seenOf(text);
    assert.doesNotMatch(seen, HIDDEN, what);
    for (const name of names) assert.ok(seen.includes(name), `${what}: ${name}`);
  };
  const look = async (path: string, names: readonly string[]) => {
    const { status, text } = await browser.open(path);
    assert.equal(status, 200, path);
    assertShown(path, text, names);
    return text;
  };

  test("are shown with escapes in the folder, and kept in fields and for programs", async () => {
    await look("/console/files.pl", [SHOWN_FOLDER]);
    const text = await look(`/console/files.pl?dir_id=${folder}`, [
      `<title>${SHOWN_FOLDER} - Consigne`,
      `<h1>${SHOWN_FOLDER}</h1>`,
      `below ${SHOWN_FOLDER}</a>`,
      `&page=1">${SHOWN_FILE}</a>`,
      `aria-label="Remove ${SHOWN_FILE}"`,
    ]);
    assert.ok(text.includes(`<a href="#">${FILE}</a>`), "for programs");
    assert.ok(text.includes(`name="name" value="${FOLDER}"`), "in the field");
    const edit = await look(`/console/files.pl?edit=${idOf(link)}`, [
      `<h1>${SHOWN_FILE}</h1>`,
      `Remove <bdi>${SHOWN_FILE}</bdi></a>`,
    ]);
    assert.ok(edit.includes(`name="name" value="${FILE}"`));
    await look(`/console/files.pl?dir_id=${folder}&remove=${idOf(link)}`, [`<strong>${SHOWN_FILE}</strong>`]);
    await look(`/console/files.pl?dir_id=0&rmdir=${folder}`, [`<strong>${SHOWN_FOLDER}</strong>`]);
    const removed = await uploadOne(owner, FILE, "removed", { did: String(folder) });
    await owner.ok("file/rm", { files: [{ url: removed }] });
    await look("/console/files.pl?trash=1", [
      `<bdi>/${SHOWN_FOLDER}/</bdi><bdi>${SHOWN_FILE}</bdi>`,
      `aria-label="Restore ${SHOWN_FILE}"`,
    ]);
  });

  test("are shown with escapes beside the lists that programs read", async () => {
    const { text } = await browser.open(`/console/link.pl?selected[]=C_0_${idOf(link)}`);
    assert.ok(text.includes(`<tr><td>${FILE}</td><td><a href="${link}">`));
    assert.ok(text.includes(`<code>${SHOWN_FILE}</code>`));
    const upload = new FormData();
    upload.append("file[]", new Blob(["of a guest"]), FILE);
    const answer = await new ApiClient(server).request("/upload.cgi?id=GuestUp001", { method: "POST", body: upload });
    const report = String(answer.headers.get("location"));
    const page = (await browser.open(report)).text;
    assert.ok(page.includes(`<td class="normal">${FILE}</td>`));
    assertShown("the report", page, [`<code>${SHOWN_FILE}</code>`, `&page=1">${SHOWN_FILE}</a>`]);
    const remove = /\/remove\/\w+\/\w+/.exec(page)?.[0] ?? assert.fail(page);
    assertShown("the removal", (await send(`${server.url}${remove}`)).text, [`<strong>${SHOWN_FILE}</strong>`]);
  });

  test("are shown with escapes as the folder of a key, and among what survives a new password", async () => {
    const account = await server.services.accounts.getByEmail("operator", server.email);
    const { key } = await server.services.keys.create("operator", account, { name: "fenced", fenceFolderId: folder });
    for (const path of ["/console/params.pl", `/console/params.pl?key=${key.id}`]) await look(path, [SHOWN_FOLDER]);
    await owner.ok("folder/share", { folder_id: folder, share: 1 });
    await owner.ok("/x/v1/link/add", { file_id: link });
    await browser.post("/forgotten.pl", { mail: server.email });
    const letter = (await lettersTo(server, server.email, 1))[0]?.replaceAll("=\n", "") ?? "";
    const token = /token=(?:3D)?(\w{40})/.exec(letter)?.[1] ?? assert.fail(letter);
    await look(`/reset.pl?token=${token}`, [`<strong>${SHOWN_FOLDER}</strong>`, `<strong>${SHOWN_FILE}</strong>`]);
  });
});

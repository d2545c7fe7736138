import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import {
  addPerson,
  assertRefusal,
  basic,
  bearer,
  idOf,
  makeFolder,
  type Person,
  type RawAnswer,
  send,
  uploadOne,
} from "./_wire.ts";

const LINK_PASSWORD = "Link-password-0";
const SHARE_PASSWORD = "Share-password-0";
const form = { "content-type": "application/x-www-form-urlencoded" };
const json = { "content-type": "application/json" };

const swapCase = (text: string) =>
  text.replace(/[a-z]/gi, (letter) => (letter < "a" ? letter.toLowerCase() : letter.toUpperCase()));
const otherThan = (character: string | undefined) => (character === "a" ? "b" : "a");

/** Near misses of a secret, of the same and of a different length. The first has nothing in common with it. */
function nearMisses(secret: string): string[] {
  const middle = Math.floor(secret.length / 2);
  return [
    "Nothing0like0it",
    otherThan(secret[0]) + secret.slice(1),
    secret.slice(0, middle) + otherThan(secret[middle]) + secret.slice(middle + 1),
    secret.slice(0, -1) + otherThan(secret.at(-1)),
    secret.slice(0, -1),
    secret.slice(1),
    `${secret}a`,
    secret + secret,
    swapCase(secret),
    [...secret].toReversed().join(""),
  ];
}

suite("a value close to a secret", () => {
  let server: TestServer;
  let owner: ApiClient;
  let person: Person;

  before(async () => {
    server = await startTestServer({ settings: { CONSIGNE_ANONYMOUS_UPLOAD: "on" } });
    owner = new ApiClient(server, server.apiKey);
    person = await addPerson(server, "Person@example.org");
  });
  after(() => server[Symbol.asyncDispose]());

  const post = (path: string, headers: Record<string, string>, body: string) =>
    send(`${server.url}${path}`, { method: "POST", headers, body });

  /** Asserts that every near miss gets exactly the answer of the first, and that the secret itself gets another. */
  async function assertOnlyTheWholeOpens(secret: string, tell: (text: string) => Promise<RawAnswer>): Promise<void> {
    const answers: { status: number; text: string }[] = [];
    for (const text of nearMisses(secret)) {
      const { status, text: told } = await tell(text);
      // A page contains its own address in its language links, and each upload starts with its own id.
      const same = told
        .replaceAll(encodeURIComponent(text), "")
        .replaceAll(text, "")
        .replaceAll(/(\/upload\.cgi\?id=)\w+/g, "$1");
      answers.push({ status, text: same });
    }
    for (const [index, answer] of answers.entries())
      assert.deepEqual(answer, answers[0], `near miss ${index} of ${secret}`);
    const right = await tell(secret);
    assert.ok(right.status < 400, `the secret itself: ${right.text}`);
    assert.notDeepEqual({ status: right.status, text: right.text }, answers[0]);
  }

  test("authorizes no call or upload, if close to a key", async () => {
    await assertOnlyTheWholeOpens(person.key, (key) => post("/v1/user/info.cgi", { ...json, ...bearer(key) }, "{}"));
    await assertOnlyTheWholeOpens(person.key, (key) => post("/v1/user/info.cgi", json, JSON.stringify({ key })));
    const body = '--b\r\nContent-Disposition: form-data; name="file[]"; filename="x"\r\n\r\nx\r\n--b--\r\n';
    const type = { json: "1", "content-type": "multipart/form-data; boundary=b" };
    await assertOnlyTheWholeOpens(person.key, (key) => post("/upload.cgi", { ...type, ...bearer(key) }, body));
  });

  test("authorizes no call or page, if close to an account's password", async () => {
    await assertOnlyTheWholeOpens(person.password, (password) =>
      post("/v1/user/info.cgi", { ...json, ...basic(person.email, password) }, "{}"),
    );
    const link = await uploadOne(owner);
    await assertOnlyTheWholeOpens(person.password, (password) =>
      send(`${link}&auth=1`, { headers: basic(person.email, password) }),
    );
  });

  test("opens neither the page nor a call, if close to a link's password", async () => {
    const link = await uploadOne(owner, "a.bin", "hello", { dpass: LINK_PASSWORD });
    await assertOnlyTheWholeOpens(LINK_PASSWORD, (pass) =>
      send(link, { method: "POST", headers: form, body: String(new URLSearchParams({ pass })) }),
    );
    for (const call of ["file/info", "download/get_token"]) {
      await assertOnlyTheWholeOpens(LINK_PASSWORD, (pass) =>
        post(`/v1/${call}.cgi`, { ...json, ...bearer(person.key) }, JSON.stringify({ url: link, pass })),
      );
    }
  });

  test("does not list a shared folder, if close to its password", async () => {
    const folder = await makeFolder(owner, "shared");
    const { url } = await owner.ok("folder/share", { folder_id: folder, share: 1, pass: SHARE_PASSWORD });
    for (const more of [{}, { json: "1" }] as Record<string, string>[]) {
      await assertOnlyTheWholeOpens(SHARE_PASSWORD, (pass) =>
        send(String(url), { method: "POST", headers: form, body: String(new URLSearchParams({ ...more, pass })) }),
      );
    }
  });

  test("removes nothing and is answered like a missing file, if close to a removal code", async () => {
    const [link] = await new ApiClient(server).upload({ "guest.txt": "guest" });
    const code = link?.remove.split("/").at(-1) ?? "";
    assert.ok(link !== undefined && code.length >= 8);
    const remove = (url: string, by: string, headers: Record<string, string>) =>
      post("/v1/file/rm.cgi", { ...json, ...headers }, JSON.stringify({ files: [{ url, code: by }] }));
    for (const headers of [{}, bearer(person.key)] as Record<string, string>[]) {
      const absent = await remove(`${server.url}/?${"a".repeat(20)}`, code, headers);
      assertRefusal(absent);
      for (const near of nearMisses(code)) assert.equal((await remove(link.download, near, headers)).text, absent.text);
    }
    assert.equal((await send(link.download)).status, 200);
    assert.equal((await remove(link.download, code, {})).status, 200);
    assert.equal((await send(link.download)).status, 404);
  });

  test("removes no other file, if it is another file's code", async () => {
    const [one] = await new ApiClient(server).upload({ "one.txt": "one" });
    const [two] = await new ApiClient(server).upload({ "two.txt": "two" });
    const url = one?.download ?? "";
    const code = two?.remove.split("/").at(-1);
    assertRefusal(await post("/v1/file/rm.cgi", json, JSON.stringify({ files: [{ url, code }] })));
    assert.equal((await send(url)).status, 200);
    const empty = await uploadOne(owner);
    assertRefusal(await post("/v1/file/rm.cgi", json, JSON.stringify({ files: [{ url: empty, code: "" }] })));
    assert.equal((await send(empty)).status, 200);
  });

  test("returns nothing, if close to a download link, an upload id or a file id", async () => {
    const link = await uploadOne(owner);
    const { pathname } = new URL(String((await owner.ok("download/get_token", { url: link }))["url"]));
    await assertOnlyTheWholeOpens(pathname.slice(2), (token) => send(`${server.url}/p${token}`));
    const id = "Abcdefghij";
    const body = '--b\r\nContent-Disposition: form-data; name="file[]"; filename="x"\r\n\r\nx\r\n--b--\r\n';
    await post(`/upload.cgi?id=${id}`, { "content-type": "multipart/form-data; boundary=b" }, body);
    await assertOnlyTheWholeOpens(id, (xid) => send(`${server.url}/end.pl?xid=${xid}`, { headers: { json: "1" } }));
    await assertOnlyTheWholeOpens(idOf(link), (fileId) => send(`${server.url}/?${fileId}`));
  });
});

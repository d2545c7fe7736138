import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { endpoints } from "@consigne/contract";
import { MemoryBlobStore } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { addKey, addPerson, basic, bearer, idOf, makeFolder, type Person, send, uploadOne } from "./_wire.ts";

const WRONG_KEY = "nobody-holds-this-key-0123456789";
const LINK_PASSWORD = "link-password-secret";
const SHARE_PASSWORD = "share-password-secret";
const WRONG_PASSWORD = "wrong-password-secret";
const QUERY_MARK = "query-mark-secret";

/** Thousands of calls, many of which derive a key from a password: on a busy machine they take minutes. */
const MANY_CALLS = { timeout: 900_000 };

/** Query, headers and fields by which a call says who makes it. */
type Proof = [query: string, headers: Record<string, string>, fields: object];

suite("secrets", () => {
  const lines: string[] = [];
  const bodies: string[] = [];
  let server: TestServer;
  let owner: ApiClient;
  let person: Person;
  const secrets: string[] = [LINK_PASSWORD, SHARE_PASSWORD, WRONG_PASSWORD, WRONG_KEY, QUERY_MARK];

  before(async () => {
    server = await startTestServer({
      onLogLine: (line) => lines.push(line),
      settings: { CONSIGNE_ANONYMOUS_UPLOAD: "on" },
    });
    owner = new ApiClient(server, server.apiKey);
    person = await addPerson(server, "person@example.org");
    secrets.push(server.apiKey, server.password, person.key, person.password);
    await useEveryEntryPoint();
  }, MANY_CALLS);
  after(() => server[Symbol.asyncDispose]());

  const ask = async (path: string, options: Parameters<typeof send>[1] = {}) => {
    const answer = await send(`${server.url}${path}`, options);
    const isTold = answer.status === 200 || answer.status === 302;
    bodies.push(...(isTold ? [] : [answer.text]));
    for (const name of ["location", "referer", "refresh", "link"]) {
      const value = answer.headers.get(name);
      if (value !== null && !isTold) bodies.push(value);
    }
    assert.match(answer.headers.get("referrer-policy") ?? "", /^(?:no-referrer|same-origin)$/, path);
    return answer;
  };
  const json = { "content-type": "application/json" };
  const form = { "content-type": "application/x-www-form-urlencoded" };

  async function useEveryEntryPoint(): Promise<void> {
    const url = await uploadOne(owner, "a.bin", "hello", { dpass: LINK_PASSWORD });
    const passwords: Proof[] = [
      ["", basic(person.email, person.password), {}],
      ["", basic(person.email, WRONG_PASSWORD), {}],
    ];
    const keys: Proof[] = [
      ["", bearer(person.key), {}],
      ["", bearer(WRONG_KEY), {}],
      [`?api_key=${person.key}&x=${QUERY_MARK}`, {}, {}],
      [`?key=${WRONG_KEY}`, {}, {}],
      ["", {}, { apikey: person.key }],
      ["", {}, { api_key: WRONG_KEY }],
    ];
    for (const [index, endpoint] of Object.values(endpoints).entries()) {
      for (const [query, headers, body] of [...passwords, ...keys]) {
        const sent = JSON.stringify({ url, pass: WRONG_PASSWORD, urls: [url], name: 7, ...body });
        await ask(`${endpoint.path}${query}`, { method: "POST", headers: { ...json, ...headers }, body: sent });
      }
      // Bodies are refused in one place, and each password costs a slow hash: a sample is enough.
      for (const [query, headers] of index % 10 === 0 ? [...passwords, ...keys] : keys) {
        await ask(`${endpoint.path}${query}`, {
          method: "POST",
          headers: { ...json, ...headers },
          body: `{"pass":"${LINK_PASSWORD}`,
        });
        await ask(`${endpoint.path}${query}`, { method: "PUT", headers });
      }
    }
    await useLinks(url);
    await useUploads();
    await useSession();
    for (const path of [
      `/${WRONG_KEY}`,
      `/x/${person.key}/y`,
      `/%zz?key=${person.key}`,
      `/nothing?pass=${LINK_PASSWORD}`,
    ]) {
      await ask(path);
    }
  }

  async function useLinks(url: string): Promise<void> {
    const direct = String((await owner.ok("download/get_token", { url }))["url"]);
    const { pathname } = new URL(direct);
    secrets.push(pathname.slice(2));
    await ask(pathname);
    await ask(pathname, { headers: { range: "bytes=99-" } });
    await ask(pathname, { method: "HEAD" });
    for (const path of [`${pathname}x`, `${pathname}/a.bin`, `${pathname}?key=${person.key}`]) await ask(path);
    await ask(pathname, { headers: { "x-forwarded-for": "198.51.100.1" } });
    const page = `/?${idOf(url)}`;
    await ask(`${page}&pass=${LINK_PASSWORD}`);
    for (const pass of [LINK_PASSWORD, WRONG_PASSWORD]) {
      await ask(page, { method: "POST", headers: form, body: `pass=${pass}` });
    }
    await ask(`${page}&auth=1`, { headers: basic(person.email, WRONG_PASSWORD) });
    await ask(page, { headers: basic(person.email, person.password) });
    const folder = await makeFolder(owner, "shared");
    const shared = await owner.ok("folder/share", { folder_id: folder, share: 1, pass: SHARE_PASSWORD });
    const { pathname: dir } = new URL(String(shared["url"]));
    for (const pass of [SHARE_PASSWORD, WRONG_PASSWORD]) {
      await ask(dir, { method: "POST", headers: form, body: `json=1&pass=${pass}` });
      await ask(`${dir}?json=1&pass=${pass}`);
    }
    await owner.ok("file/rm", { files: [{ url }] });
    await ask(pathname);
  }

  async function useSession(): Promise<void> {
    const posted = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
      ask(path, { method: "POST", headers: { ...form, ...headers }, body: String(new URLSearchParams(fields)) });
    for (const pass of [WRONG_PASSWORD, person.password]) await posted("/login.pl", { mail: person.email, pass });
    const { headers: given } = await posted("/login.pl", { mail: person.email, pass: person.password });
    const token = /SID=(\w+)/.exec(given.get("set-cookie") ?? "")?.[1] ?? assert.fail("no session");
    const cookie = { cookie: `SID=${token}` };
    const page = await ask("/console/security.pl", { headers: cookie });
    const formToken = /name="token" value="(\w+)"/.exec(page.text)?.[1] ?? assert.fail("no form");
    secrets.push(token);
    for (const pass of [WRONG_PASSWORD, person.password]) {
      await posted("/console/security.pl", { token: formToken, do: "prove", pass }, cookie);
      await posted("/console/security.pl", { token: `${formToken}x`, do: "prove", pass }, cookie);
      await ask(`/login.pl?mail=${person.email}&pass=${pass}`);
      await ask(`/console/account.pl?user=${person.email}&pass=${pass}`);
    }
    const script = { ...cookie, "consigne-session": "1" };
    await ask("/v1/user/info.cgi", { method: "POST", headers: { ...script, origin: "https://evil.example.org" } });
    await ask("/v1/user/info.cgi", { method: "POST", headers: { ...script, origin: server.url } });
    await posted("/logout.pl", { a: "1", b: formToken }, cookie);
  }

  async function useUploads(): Promise<void> {
    const boundary = "b";
    const body = (fields: Record<string, string>, file: string) =>
      Object.entries(fields)
        .map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
        .join("") + `${file}--b--\r\n`;
    const file = '--b\r\nContent-Disposition: form-data; name="file[]"; filename="x"\r\n\r\nx\r\n';
    const type = { "content-type": `multipart/form-data; boundary=${boundary}` };
    const logins: Record<string, string>[] = [
      { user: person.email, pass: person.password },
      { user: person.email, pass: WRONG_PASSWORD },
      { key: person.key },
      { apikey: WRONG_KEY },
    ];
    for (const fields of logins) {
      for (const part of [file, "", file.slice(0, 40)]) {
        const sent = body({ ...fields, dpass: LINK_PASSWORD }, part);
        await ask(`/upload.cgi?key=${part === "" ? WRONG_KEY : ""}`, { method: "POST", headers: type, body: sent });
      }
    }
    const [link] = await new ApiClient(server).upload({ "guest.bin": "x" });
    const code = link?.remove.split("/").at(-1) ?? "";
    secrets.push(code);
    await ask(`/remove/${idOf(link?.download ?? "")}/${code}`);
    const remove = JSON.stringify({ files: [{ url: "https://1fichier.com/?abcdefghij0123456789", code }] });
    await ask("/v1/file/rm.cgi", { method: "POST", headers: json, body: remove });
  }

  test("never appear in the log", () => {
    assert.ok(lines.length > 200, `only ${lines.length} lines were captured`);
    for (const secret of secrets) {
      assert.ok(secret.length >= 6);
      const found = lines.find((line) => line.includes(secret) || line.includes(encodeURIComponent(secret)));
      assert.equal(found, undefined, `${secret} is in the log`);
      const encoded = Buffer.from(`${person.email}:${secret}`).toString("base64");
      assert.ok(!lines.some((line) => line.includes(encoded)), "a Basic header is in the log");
    }
  });

  test("never appear in refusals", () => {
    assert.ok(bodies.length > 200);
    for (const secret of secrets) {
      const found = bodies.find((body) => body.includes(secret));
      assert.equal(found, undefined, `${secret} is in a refusal`);
    }
  });

  test("never appear in the one JSON line per request, which omits the query", async () => {
    lines.length = 0;
    await ask("/healthz?a=b", { headers: { "user-agent": "x\u0085y", "x-forwarded-for": "198.51.100.1" } });
    await ask(`/%0d%0aforged?x=${QUERY_MARK}`);
    for (const line of lines) {
      assert.equal(line.trimEnd().split("\n").length, 1);
      assert.doesNotMatch(line, /\?/);
      assert.equal(typeof (JSON.parse(line) as { path: unknown }).path, "string");
    }
    assert.ok(lines.length >= 2);
  });

  test("never appear in log lines about faults", async () => {
    const faultLines: string[] = [];
    await using broken = await startTestServer({
      onLogLine: (line) => faultLines.push(line),
      replacePorts: (ports) => ({ ...ports, blobs: new BrokenBlobs() }),
    });
    const client = new ApiClient(broken, broken.apiKey);
    const extra = await addKey(broken, await broken.services.accounts.getByEmail("operator", broken.email));
    const upload = new FormData();
    upload.append("dpass", LINK_PASSWORD);
    upload.append("file[]", new Blob(["x"]), "x");
    const answer = await client.request(`/upload.cgi?key=${extra.text}`, { method: "POST", body: upload });
    assert.equal(answer.status, 500);
    assert.doesNotMatch(answer.text, /inside of the server/);
    const faults = faultLines.filter((line) => line.includes("upload failed"));
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? "", /inside of the server/);
    for (const secret of [extra.text, broken.apiKey, LINK_PASSWORD]) {
      assert.ok(!faultLines.some((line) => line.includes(secret)));
    }
  });
});

class BrokenBlobs extends MemoryBlobStore {
  override async stage(): Promise<never> {
    throw new TypeError("a surprise from the inside of the server");
  }
}

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { type Endpoint, endpoints } from "@consigne/contract";
import { fullScopes } from "@consigne/core";
import { type ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertUnharmed, heapBytes } from "./_after-effects.ts";
import { addKey, addPerson, assertRefusal, bearer, makeFolder, send, uploadOne } from "./_wire.ts";

interface Property {
  type?: string;
  enum?: unknown[];
  items?: { type?: string };
}
interface RequestShape {
  properties: Record<string, Property>;
  required?: string[];
}

const live: Endpoint[] = Object.values(endpoints).filter(({ availability }) => availability === "implemented");
const shapeOf = (endpoint: Endpoint) => endpoint.request as unknown as RequestShape;

/**
 * Impossible values for a field of this kind. Empty text counts as missing, so it is only wrong for required fields.
 */
function wrongValues(property: Property, isRequired: boolean): unknown[] {
  return wrongOfKind(property).filter((value) => value !== "" || isRequired);
}

function wrongOfKind(property: Property): unknown[] {
  const objects: unknown[] = [{}, { toString: 1 }, { a: null }];
  if (property.enum !== undefined) return [2.5, 99, -1, "x", "", [], [1], ...objects, 1e300];
  if (property.type === "integer") return [1.5, -7, "x", "1.5", "", true, [], [0], ...objects, 1e300, 2 ** 53];
  if (property.type === "string") return [0, 1, true, [], ["x"], ...objects, "\ud800", "\udfff x"];
  if (property.type === "array") {
    const wrongItem = property.items?.type === "integer" ? 1.5 : 1;
    return [0, "", "x", true, ...objects, [wrongItem], [[]], [null], [{ a: 1 }]];
  }
  return [0, 1, "", "x", true, [], [{}]];
}

suite("bad JSON", () => {
  let server: TestServer;
  let owner: ApiClient;
  let key: Record<string, string>;
  let valid: Record<string, Record<string, unknown>>;
  let url = "";

  before(async () => {
    server = await startTestServer();
    const account = await server.services.accounts.getByEmail("operator", server.email);
    const mighty = await addKey(server, account, { scopes: fullScopes });
    owner = mighty.client;
    key = bearer(mighty.text);
    url = await uploadOne(owner);
    const folder = await makeFolder(owner, "folder");
    valid = {
      "download.get_token": { url },
      "file.info": { url },
      "file.rm": { files: [{ url }] },
      "file.mv": { urls: [url], destination_folder_id: 0 },
      "file.rename": { urls: [{ url, filename: "renamed" }] },
      "file.cp": { urls: [url] },
      "file.chattr": { urls: [url] },
      "folder.mkdir": { name: "made" },
      "folder.mv": { folder_id: folder },
      "folder.rm": { folder_id: folder },
      "folder.share": { folder_id: folder },
      "keys.add": { name: "made" },
      "keys.change": { id: mighty.id, name: "renamed" },
      "keys.rotate": { id: (await addKey(server, account)).id, grace_seconds: 60 },
      "keys.rm": { id: (await addKey(server, account)).id },
    };
  });
  after(async () => {
    await assertUnharmed(server);
    await server[Symbol.asyncDispose]();
  });

  const callPath = (endpoint: Endpoint) => endpoint.path.replace(/^\/v1\/(.*)\.cgi$/, "$1");
  const post = (endpoint: Endpoint, body: string | Buffer, headers: Record<string, string> = {}) =>
    send(`${server.url}${endpoint.path}`, {
      method: "POST",
      headers: { ...key, "content-type": "application/json", ...headers },
      body,
    });
  const state = async () => {
    const { text } = await owner.call("folder/ls", { files: 1 });
    const keys = (await owner.ok("/x/v1/keys/ls"))["keys"] as Record<string, unknown>[];
    const settled = keys.map(({ last_used_at: _at, last_used_from: _from, ...key }) => key);
    return text + (await owner.call("file/info", { url })).text + JSON.stringify(settled);
  };

  for (const endpoint of live) {
    test(`${endpoint.operation}: refuses a wrong type in any field and changes nothing`, async () => {
      const earlier = await state();
      const { properties, required = [] } = shapeOf(endpoint);
      for (const [name, property] of Object.entries(properties)) {
        for (const value of wrongValues(property, required.includes(name))) {
          const answer = await owner.call(callPath(endpoint), { ...valid[endpoint.operation], [name]: value });
          const what = `${name}: ${JSON.stringify(value)}: ${answer.text}`;
          assert.ok(answer.status >= 400 && answer.status < 500, what);
          assertRefusal(answer);
        }
      }
      assert.equal(await state(), earlier);
    });

    test(`${endpoint.operation}: refuses a body without its required fields`, async () => {
      const complete = valid[endpoint.operation] ?? {};
      for (const missing of Object.keys(complete)) {
        const answer = await owner.call(callPath(endpoint), { ...complete, [missing]: undefined });
        const isNeeded = shapeOf(endpoint).required?.includes(missing) === true || missing === "url";
        if (isNeeded) assertRefusal(answer, 400, 550);
        const asNull = await owner.call(callPath(endpoint), { ...complete, [missing]: null });
        if (isNeeded) assertRefusal(asNull, 400, 550);
      }
    });

    test(`${endpoint.operation}: refuses a body that is not an object or not JSON`, async () => {
      const bodies = ["[]", "[1]", '"text"', "0", "true", "{", '{"a":}', "nonsense", "\0", "{'a':1}", '{"a":1}{"b":2}'];
      bodies.push("NaN", "[".repeat(50), '{"a":\u0001"b"}', "<xml/>");
      for (const body of bodies) {
        const answer = await post(endpoint, body);
        assert.ok(answer.status >= 400 && answer.status < 500, `${body}: ${answer.status} ${answer.text}`);
        assertRefusal(answer);
      }
      const broken = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31]);
      assertRefusal(await post(endpoint, broken), 400);
      const isKnown = Object.keys(shapeOf(endpoint).properties)[0] ?? "";
      for (const bytes of [[0xe9], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80]]) {
        const body = Buffer.concat([Buffer.from(`{"${isKnown}":"a`), Buffer.from(bytes), Buffer.from('"}')]);
        const answer = await post(endpoint, body);
        assertRefusal(answer, 400, 550);
        assert.match(answer.text, /The body is not valid UTF-8/);
      }
    });

    test(`${endpoint.operation}: refuses a body that is too deep, too large or too wide`, async () => {
      const depth = 100_000;
      const deepList = "[".repeat(depth) + "]".repeat(depth);
      const deepObject = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
      // Without identification, everybody has the limits of strangers.
      const tooDeep = endpoint.identification === "none" ? [413, 553] : [400, 550];
      for (const body of [deepList, deepObject, `{"urls":${deepList},"url":${deepObject}}`]) {
        assertRefusal(await post(endpoint, body), ...tooDeep);
      }
      assertRefusal(await post(endpoint, "[".repeat(1000)), 400, 550);
      const brackets = JSON.stringify({ unknown: "[".repeat(1000), other: '{"[' });
      assert.doesNotMatch((await post(endpoint, brackets)).text, /nested/, "brackets in a string are not nesting");
      const wide = (count: number) => `{"unknown":[${"{},".repeat(count - 1)}{}]}`;
      const tooWide = await post(endpoint, wide(10_000));
      assertRefusal(tooWide, 400, 550);
      assert.match(tooWide.text, /contains more than 10000 values/);
      assert.doesNotMatch((await post(endpoint, wide(4000))).text, /values/);
      const commas = JSON.stringify({ unknown: '\\",[{'.repeat(4000) });
      assert.doesNotMatch((await post(endpoint, commas)).text, /values/, "commas in a string separate nothing");
      assertRefusal(await post(endpoint, JSON.stringify({ pad: "x".repeat(3 * 1024 * 1024) })), 413, 553);
      assertRefusal(
        await post(endpoint, `{"folder_id":${"9".repeat(10_000)},"url":1,"urls":1,"files":1,"name":1}`).then(asRefusal),
      );
    });

    test(`${endpoint.operation}: treats dangerous keys such as __proto__ as unknown`, async () => {
      const traps =
        '"__proto__":{"admin":1,"url":"x"},"constructor":{"prototype":{"polluted":1}},"prototype":1,"toString":1';
      const body = JSON.stringify(valid[endpoint.operation] ?? {});
      const isLast = endpoint.operation === "file.rm" || endpoint.operation === "folder.rm";
      if (!isLast)
        assert.ok((await post(endpoint, `{${traps}${body === "{}" ? "" : ","}${body.slice(1)}`)).status < 500);
      const alone = await post(endpoint, `{"__proto__":${body}}`);
      const needs = Object.keys(valid[endpoint.operation] ?? {}).length > 0;
      if (needs) assertRefusal(alone, 400, 550);
      assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
      assert.equal(({} as Record<string, unknown>)["admin"], undefined);
    });
  }

  test("refuses a hundred thousand links in one call", async () => {
    const urls = Array.from({ length: 100_000 }, () => "x");
    for (const [path, body] of Object.entries({
      "file/rm": { files: urls.map((each) => ({ url: each })) },
      "file/mv": { urls, destination_folder_id: 0 },
      "file/cp": { urls },
      "file/chattr": { urls },
      "file/rename": { urls: urls.map((each) => ({ url: each, filename: each })) },
    })) {
      assertRefusal(await owner.call(path, body));
    }
    const many = Array.from({ length: 1000 }, () => "https://1fichier.com/?abcdefghij0123456789");
    assertRefusal(await owner.call("file/mv", { urls: many, destination_folder_id: 0 }), 404, 469);
  });

  test("uses the last of two equal keys, without harm", async () => {
    const answer = await post(endpoints.fileInfo, `{"url":"nonsense","url":${JSON.stringify(url)}}`);
    assert.equal(answer.status, 200);
  });

  test("answers 404 to ids that do not exist or belong to others", async () => {
    const other = await addPerson(server, "other@example.org");
    const theirs = await makeFolder(other.client, "theirs");
    for (const id of [theirs, 999_999, Number.MAX_SAFE_INTEGER, "9007199254740991"]) {
      for (const path of ["folder/ls", "file/ls", "folder/rm", "folder/share", "folder/mv"]) {
        assertRefusal(await owner.call(path, { folder_id: id }), 404, 563);
      }
      assertRefusal(await owner.call("folder/mkdir", { folder_id: id, name: "x" }), 404, 563);
      assertRefusal(await owner.call("file/mv", { urls: [url], destination_folder_id: id }), 404, 563);
      assertRefusal(await owner.call("file/cp", { urls: [url], folder_id: id }), 404, 563);
    }
  });

  test("frees the memory of refused bodies", async () => {
    const big = JSON.stringify({ pad: "x".repeat(1024 * 1024) });
    const rounds = async () => {
      for (let times = 0; times < 40; times++) await post(endpoints.fileInfo, big);
    };
    await rounds();
    const earlier = heapBytes();
    await rounds();
    assert.ok(heapBytes() - earlier < 60 * 1024 * 1024);
  });
});

/** A call that ignores all of the keys may succeed. */
function asRefusal(answer: Awaited<ReturnType<typeof send>>): Awaited<ReturnType<typeof send>> {
  if (answer.status !== 200) return answer;
  const body = { message: "nothing asked #1", status: "KO" };
  return { ...answer, status: 400, text: JSON.stringify(body), json: body };
}

import assert from "node:assert/strict";
import { after, afterEach, before, suite, test } from "node:test";
import { type Endpoint, endpoints, errorsOf, toWireError, type WireErrorName } from "@consigne/contract";
import { DatabaseError, fullScopes, type KeyScopes, type Ports } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { addKey, addPerson, assertRefusal, bearer, send, uploadOne } from "./_wire.ts";

const noScopes = Object.fromEntries(Object.keys(fullScopes).map((area) => [area, "none"])) as KeyScopes;
const json = { "content-type": "application/json" };

const absent = "https://1fichier.com/?abcdefghij0123456789";
/** What each call is asked about a file that is not there. */
const namingNothing: Readonly<Record<string, object>> = {
  "file.info": { url: absent },
  "file.rm": { files: [{ url: absent }] },
  "file.mv": { urls: [absent], destination_folder_id: 0 },
  "file.rename": { urls: [{ url: absent, filename: "x" }] },
  "file.cp": { urls: [absent], folder_id: 0 },
  "file.chattr": { urls: [absent], description: "x" },
  "download.get_token": { url: absent },
};
/** The same of a folder. */
const inNoFolder = (link: string): Readonly<Record<string, object>> => ({
  "user.info": { ftp_did: 999_999 },
  "file.ls": { folder_id: 999_999 },
  "file.mv": { urls: [link], destination_folder_id: 999_999 },
  "file.info": { folder_id: 999_999, filename: "x" },
  "file.cp": { urls: [link], folder_id: 999_999 },
  "download.get_token": { folder_id: 999_999, filename: "x" },
  "folder.ls": { folder_id: 999_999 },
  "folder.mkdir": { folder_id: 999_999, name: "x" },
  "folder.mv": { folder_id: 999_999, rename: "x" },
  "folder.rm": { folder_id: 999_999 },
  "folder.share": { folder_id: 999_999, share: 1 },
});

/** A database whose every call fails once `fault` holds an error. */
function failing(embedded: Ports, fault: { error: Error | undefined }): Ports {
  const guarded = <T extends object>(part: T): T =>
    new Proxy(part, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value === "object" && value !== null) return guarded(value);
        if (typeof value !== "function") return value;
        return (...input: unknown[]): unknown => {
          if (fault.error !== undefined) return Promise.reject(fault.error);
          return value.apply(target, input) as unknown;
        };
      },
    });
  return { ...embedded, database: guarded(embedded.database) };
}

suite("every refusal that the reference names for any call", () => {
  const fault: { error: Error | undefined } = { error: undefined };
  let server: TestServer;
  let strict: TestServer;
  let key: Record<string, string>;
  let link: string;
  const keys = new Map<"locked" | "free" | "powerless", Record<string, string>>();

  before(async () => {
    server = await startTestServer({ limits: "friendly", replacePorts: (embedded) => failing(embedded, fault) });
    strict = await startTestServer({ settings: { CONSIGNE_KEY_IN_QUERY: "off" } });
    key = bearer(server.apiKey);
    link = await uploadOne(new ApiClient(server, server.apiKey));
    const locked = await addPerson(server, "locked@example.org");
    const free = await addPerson(server, "free@example.org", { plan: "free" });
    const other = await addPerson(server, "other@example.org");
    const weak = await addKey(server, other.account, { scopes: noScopes });
    keys.set("locked", bearer(locked.key)).set("free", bearer(free.key)).set("powerless", bearer(weak.text));
    await server.services.accounts.setLocked("operator", locked.account, true);
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await strict[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    fault.error = undefined;
    await server.limits.releaseAll();
    server.limits.use("friendly");
  });

  const call = (endpoint: Endpoint, headers: Record<string, string>, body = "{}", method = "POST") =>
    send(`${server.url}${endpoint.path}`, { method, headers: { ...json, ...headers }, body });
  const whileLocked = async (endpoint: Endpoint, kind: "ip" | "account" | "key", ruleNumber?: number) => {
    await server.limits.lock(kind, ruleNumber === undefined ? {} : { ruleNumber });
    return call(endpoint, key);
  };
  const whileFailing = async (endpoint: Endpoint, error: Error) => {
    server.limits.use("friendly");
    fault.error = error;
    return call(endpoint, key);
  };

  const recipes: Partial<Record<WireErrorName, (endpoint: Endpoint) => ReturnType<typeof send>>> = {
    contentTypeNotJson: (endpoint) => call(endpoint, { ...key, "content-type": "text/plain" }),
    badRequest: (endpoint) => call(endpoint, key, "["),
    methodNotAllowed: (endpoint) => call(endpoint, key, "", "DELETE"),
    pageNotAllowed: (endpoint) => call(endpoint, { origin: "https://elsewhere.example" }),
    tooLarge: (endpoint) => call(endpoint, key, `{"x":"${"x".repeat(2.5 * 1024 * 1024)}"}`),
    floodIp: (endpoint) => whileLocked(endpoint, "ip"),
    floodIpGuesses: (endpoint) => whileLocked(endpoint, "ip", 412),
    ipLocked: (endpoint) => whileLocked(endpoint, "ip", 375),
    floodUser: (endpoint) => whileLocked(endpoint, "account"),
    floodKey: (endpoint) => whileLocked(endpoint, "key"),
    serverBusy: (endpoint) => whileFailing(endpoint, new DatabaseError("busy", "held by a test")),
    internal: (endpoint) => whileFailing(endpoint, new Error("a fault of the test")),
    resourceNotFound: (endpoint) => call(endpoint, key, JSON.stringify(namingNothing[endpoint.operation])),
    folderNotFound: (endpoint) => call(endpoint, key, JSON.stringify(inNoFolder(link)[endpoint.operation])),
    notAuthenticated: (endpoint) => call(endpoint, {}),
    noSuchUser: (endpoint) => call(endpoint, bearer("x".repeat(32))),
    scopeMissing: (endpoint) => call(endpoint, keys.get("powerless") ?? {}),
    ownerLocked: (endpoint) => call(endpoint, keys.get("locked") ?? {}),
    mustBeCustomer: (endpoint) => call(endpoint, keys.get("free") ?? {}),
    mustBeCustomerForToken: (endpoint) => call(endpoint, keys.get("free") ?? {}),
    keyInQueryRefused: (endpoint) =>
      send(`${strict.url}${endpoint.path}?api_key=${strict.apiKey}`, { method: "POST", headers: json, body: "{}" }),
  };

  for (const endpoint of Object.values<Endpoint>(endpoints)) {
    if (endpoint.availability !== "implemented") continue;
    for (const name of errorsOf(endpoint)) {
      const recipe = recipes[name];
      if (recipe === undefined) continue;
      test(`${endpoint.operation} answers ${toWireError(name).body.message}`, async () => {
        const { status, body } = toWireError(name);
        const number = Number(/#(\d+)$/.exec(body.message)?.[1]);
        assertRefusal(await recipe(endpoint), status, number);
      });
    }
  }

  test("a method that an address does not take is answered with those it takes", async () => {
    const get = await send(`${server.url}/v1/file/ls.cgi`, { headers: key });
    assertRefusal(get, 405, 552);
    assert.equal(get.headers.get("allow"), "POST");
    for (const [path, method, allowed] of [
      ["/upload.cgi", "PUT", "POST"],
      ["/v1/upload/get_upload_server.cgi", "DELETE", "GET, POST"],
      ["/dir/Ab3dEf9h", "DELETE", "GET, POST"],
      ["/end.pl", "PUT", "GET, POST"],
      [`/p${"a".repeat(40)}`, "POST", "GET, HEAD"],
    ] as const) {
      const answer = await send(`${server.url}${path}`, { method });
      assertRefusal(answer, 405, 552);
      assert.equal(answer.headers.get("allow"), allowed, path);
    }
    assertRefusal(await send(`${server.url}/check_links.pl`, {}), 404, 551);
  });
});

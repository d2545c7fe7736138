import assert from "node:assert/strict";
import { after, afterEach, before, suite, test } from "node:test";
import { type Endpoint, endpoints, errorsOf, toWireError, type WireErrorName } from "@consigne/contract";
import { DatabaseError, fullScopes, type KeyScopes, type Ports } from "@consigne/core";
import { may } from "@consigne/core/testing";
import { startTestServer, type TestServer } from "@consigne/testkit";
import { openRefusedCalls } from "./_refused-calls.ts";
import { adminCalls, ownCalls } from "./_signed-in-calls.ts";
import { Browser } from "./_browser.ts";
import { addKey, addPerson, assertRefusal, bearer, send } from "./_wire.ts";

const noScopes = Object.fromEntries(Object.keys(fullScopes).map((area) => [area, "none"])) as KeyScopes;
const json = { "content-type": "application/json" };

/** A database whose every call fails while `fault` holds an error. */
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

suite("every refusal that the reference lists for calls", () => {
  const fault: { error: Error | undefined } = { error: undefined };
  let ports: Ports;
  let server: TestServer;
  let strict: TestServer;
  let key: Record<string, string>;
  let refused: Awaited<ReturnType<typeof openRefusedCalls>>;
  let lateOnes = 0;
  const keys = new Map<"locked" | "free" | "powerless", Record<string, string>>();

  before(async () => {
    server = await startTestServer({
      limits: "friendly",
      replacePorts: (embedded) => (ports = failing(embedded, fault)),
    });
    strict = await startTestServer({ settings: { CONSIGNE_KEY_IN_QUERY: "off" } });
    key = bearer(server.apiKey);
    refused = await openRefusedCalls(server, ports);
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
    await refused[Symbol.asyncDispose]();
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

  /** In a session whose password was given an hour ago. */
  const askLate = async (endpoint: Endpoint) => {
    // An address with a word such as `password` in it makes passwords weak.
    const late = await addPerson(server, `late-${lateOnes++}@example.org`, {
      isAdmin: endpoint.operation.startsWith("admin."),
    });
    const browser = new Browser(server);
    await browser.signIn(late.email, late.password);
    const [session] = await ports.database.sessions.listByAccount(late.account.id, 1);
    const proved = { id: session?.id ?? "", accountId: may(late.account.id) };
    await ports.database.sessions.prove(proved, new Date(Date.now() - 3_600_000));
    const headers = { ...browser.cookieHeader(), "consigne-session": "1", origin: server.url };
    const bodies: Record<string, object> = {
      "keys.add": { name: "x" },
      "keys.change": { id: late.keyId, name: "x" },
      "keys.rotate": { id: late.keyId, grace_seconds: 60 },
      "keys.rm": { id: late.keyId },
      ...ownCalls,
      ...adminCalls,
      "admin.user.change": { email: server.email, locked: 0 },
    };
    return call(endpoint, headers, JSON.stringify(bodies[endpoint.operation]));
  };

  /** Refusals that depend on the request. */
  const ask = (endpoint: Endpoint, name: WireErrorName) => {
    const asked = refused.calls[name]?.[endpoint.operation] ?? assert.fail(`nothing is known that is answered so`);
    const headers = { ...json, ...asked.headers };
    return send(`${asked.url}${endpoint.path}`, { method: "POST", headers, body: JSON.stringify(asked.body) });
  };

  /** Refusals that any call may get. */
  const recipes: Partial<Record<WireErrorName, (endpoint: Endpoint) => ReturnType<typeof send>>> = {
    contentTypeNotJson: (endpoint) => call(endpoint, { ...key, "content-type": "text/plain" }),
    badRequest: (endpoint) => call(endpoint, key, "["),
    methodNotAllowed: (endpoint) => call(endpoint, key, "", "DELETE"),
    pageNotAllowed: (endpoint) => call(endpoint, { origin: "https://elsewhere.example" }),
    tooLarge: (endpoint) => call(endpoint, key, `{"x":"${"x".repeat(2.5 * 1024 * 1024)}"}`),
    floodIp: (endpoint) => whileLocked(endpoint, "ip"),
    floodIpGuesses: (endpoint) => whileLocked(endpoint, "ip", 412),
    ipLocked: (endpoint) => whileLocked(endpoint, "ip", 375),
    floodIpUserInfo: (endpoint) => whileLocked(endpoint, "ip", 38),
    floodUserListing: (endpoint) => whileLocked(endpoint, "account", 223),
    floodUser: (endpoint) => whileLocked(endpoint, "account"),
    floodKey: (endpoint) => whileLocked(endpoint, "key"),
    serverBusy: (endpoint) => whileFailing(endpoint, new DatabaseError("busy", "held by a test")),
    internal: (endpoint) => whileFailing(endpoint, new Error("a fault of the test")),
    notAuthenticated: (endpoint) => call(endpoint, {}),
    noSuchUser: (endpoint) => call(endpoint, bearer("x".repeat(32))),
    scopeMissing: (endpoint) => call(endpoint, keys.get("powerless") ?? {}),
    recentPasswordRequired: askLate,
    ownerLocked: (endpoint) => call(endpoint, keys.get("locked") ?? {}),
    mustBeCustomer: (endpoint) => call(endpoint, keys.get("free") ?? {}),
    mustBeCustomerForToken: (endpoint) => call(endpoint, keys.get("free") ?? {}),
    keyInQueryRefused: (endpoint) =>
      send(`${strict.url}${endpoint.path}?api_key=${strict.apiKey}`, { method: "POST", headers: json, body: "{}" }),
  };

  for (const endpoint of Object.values<Endpoint>(endpoints)) {
    if (endpoint.availability !== "implemented") continue;
    for (const name of errorsOf(endpoint)) {
      test(`${endpoint.operation} answers ${toWireError(name).body.message}`, async () => {
        const { status, body } = toWireError(name);
        const number = Number(/#(\d+)$/.exec(body.message)?.[1]);
        assertRefusal(await (recipes[name]?.(endpoint) ?? ask(endpoint, name)), status, number);
      });
    }
  }

  test("a wrong method is answered with the allowed ones", async () => {
    const get = await send(`${server.url}/v1/file/ls.cgi`, { headers: key });
    assertRefusal(get, 405, 552);
    assert.equal(get.headers.get("allow"), "POST");
    for (const [path, method, allowed] of [
      ["/upload.cgi", "PUT", "POST"],
      ["/v1/upload/get_upload_server.cgi", "DELETE", "GET, HEAD, POST"],
      ["/dir/Ab3dEf9h", "DELETE", "GET, HEAD, POST"],
      ["/end.pl", "PUT", "GET, HEAD, POST"],
      ["/check_links.pl", "GET", "POST"],
      [`/p${"a".repeat(40)}`, "POST", "GET, HEAD"],
    ] as const) {
      const answer = await send(`${server.url}${path}`, { method });
      assertRefusal(answer, 405, 552);
      assert.equal(answer.headers.get("allow"), allowed, path);
    }
    assertRefusal(await send(`${server.url}/nothing_here.pl`, {}), 404, 551);
  });
});

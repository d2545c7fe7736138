import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { type Endpoint, endpoints, type PageEndpoint, pageEndpoints, wireErrors } from "@consigne/contract";
import { fullScopes } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { adminCalls, ownCalls } from "./_signed-in-calls.ts";
import { addKey, addPerson } from "./_wire.ts";

type Headers = Readonly<Record<string, string>>;

const ways = ["key", "password", "session"] as const;
type Way = (typeof ways)[number];

const admitted: Readonly<Record<Endpoint["callers"], readonly Way[]>> = {
  "keys and people": ways,
  people: ["password", "session"],
  sessions: ["session"],
  administrators: ["password", "session"],
};

/** What a caller is told who may not make the call at all, whatever it asks for. */
const refusals: ReadonlySet<number> = new Set(
  (["notAuthenticated", "noSuchUser", "scopeMissing", "recentPasswordRequired", "resourceNotAllowed"] as const).map(
    (name) => wireErrors[name].number,
  ),
);

/** With what could be done, if the caller were admitted; of others, the example is about what does not exist. */
const bodies: Readonly<Record<string, object>> = {
  ...ownCalls,
  ...adminCalls,
  // Nothing is fetched.
  "remote.request": { urls: ["x:"] },
  "import.add": { index: "x:" },
};

const all: readonly Endpoint[] = Object.values<Endpoint>(endpoints).filter(
  ({ availability }) => availability === "implemented",
);

suite("who may make a call", () => {
  let server: TestServer;
  let count = 0;

  before(async () => (server = await startTestServer({ storage: "memory" })));
  after(() => server[Symbol.asyncDispose]());

  /** How somebody can authenticate, each way good for everything it can be good for. */
  async function headersOf(
    { email, password }: { email: string; password: string },
    key: string,
  ): Promise<Record<Way, Headers>> {
    const browser = new Browser(server);
    await browser.signIn(email, password);
    return {
      key: { authorization: `Bearer ${key}` },
      password: { authorization: `Basic ${Buffer.from(`${email}:${password}`).toString("base64")}` },
      session: { ...browser.cookieHeader(), "consigne-session": "1", origin: server.url },
    };
  }
  async function anybody(isAdmin = false): Promise<Record<Way, Headers>> {
    const person = await addPerson(server, `person-${++count}@example.org`, { plan: "premium", isAdmin });
    return headersOf(person, (await addKey(server, person.account, { scopes: fullScopes })).text);
  }

  async function isAdmitted({ operation, path, example }: Endpoint, headers: Headers): Promise<boolean> {
    const body = bodies[operation] ?? example.request;
    const { status, json } = await new ApiClient(server).call(path, body, headers);
    const number = Number(/#(\d+)$/.exec(String(json?.["message"]))?.[1]);
    return status !== 403 || !refusals.has(number);
  }

  for (const callers of Object.keys(admitted) as Endpoint["callers"][])
    test(`is as the reference says: ${callers}`, async () => {
      const calls = all.filter((each) => each.identification !== "none" && each.callers === callers);
      assert.ok(calls.length > 0);
      const isForAdministrators = callers === "administrators";
      const usual = await anybody(isForAdministrators);
      const other = await anybody();
      for (const endpoint of calls) {
        // Some of these end what the next call would come with.
        const headers = callers === "people" ? await anybody() : usual;
        for (const way of ways) {
          const isExpected = admitted[callers].includes(way);
          assert.equal(await isAdmitted(endpoint, headers[way]), isExpected, `${endpoint.operation} by ${way}`);
          if (isForAdministrators)
            assert.equal(await isAdmitted(endpoint, other[way]), false, `${endpoint.operation} of others by ${way}`);
          if (callers === "people" && isExpected) Object.assign(headers, await anybody());
        }
        const isOpen = endpoint.identification === "optional";
        assert.equal(await isAdmitted(endpoint, {}), isOpen, `${endpoint.operation} by nobody`);
      }
    });

  test("is anyone who is identified, at addresses outside of the calls", async () => {
    const headers = await anybody();
    const pages = Object.values<PageEndpoint>(pageEndpoints).filter(({ identification }) => identification === "key");
    assert.ok(pages.length > 0);
    for (const { operation, path, methods } of pages)
      for (const way of ways) {
        const [method = "GET"] = methods;
        const response = await fetch(`${server.url}${path.replaceAll(/\{\w+\}/g, "1")}`, {
          method,
          headers: headers[way],
        });
        await response.body?.cancel();
        assert.notEqual(response.status, 403, `${operation} by ${way}`);
      }
  });
});

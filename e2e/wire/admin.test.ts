import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { type Endpoint, endpoints } from "@consigne/contract";
import { createClient } from "@consigne/sdk";
import { ApiClient, startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { assertAnswer } from "./_shapes.ts";
import { adminCalls } from "./_signed-in-calls.ts";
import { watchedPorts } from "./_watched-ports.ts";
import { addPerson, assertRefusal, basic, type Person } from "./_wire.ts";

const LATE_MS = 10 * 60_000 + 1;
const byOperation = new Map<string, Endpoint>(Object.values<Endpoint>(endpoints).map((each) => [each.operation, each]));

suite("the administrator calls", () => {
  const clock = new VirtualClock(new Date(Date.now() + 60_000));
  let server: TestServer;
  let person: Person;
  let onCommit: (() => Promise<void>) | undefined;

  before(async () => {
    server = await startTestServer({
      clock,
      limits: "friendly",
      replacePorts: (embedded) => watchedPorts(embedded, { onCommit: () => onCommit?.() }),
    });
    person = await addPerson(server, "person@example.org", { plan: "premium" });
  });
  after(() => server[Symbol.asyncDispose]());

  const headersOf = async ({ email, password }: { email: string; password: string }) => {
    const browser = new Browser(server);
    await browser.signIn(email, password);
    return { ...browser.cookieHeader(), "consigne-session": "1", origin: server.url };
  };
  const bodyOf = (operation: string) => (operation === "admin.key.ls" ? { email: server.email } : {});
  const pathOf = (operation: string) => `/x/v1/${operation.replaceAll(".", "/")}`;

  test("are refused to everybody else, including the keys of administrators", async () => {
    const late = await addPerson(server, "late@example.org", { isAdmin: true });
    const headers = { "their session": await headersOf(person), nobody: {} };
    for (const [operation, body] of Object.entries(adminCalls)) {
      for (const key of [server.apiKey, late.key, person.key])
        assertRefusal(await new ApiClient(server, key).call(pathOf(operation), body), 403, 631);
      assertRefusal(await new ApiClient(server).call(pathOf(operation), body, headers["their session"]), 403, 631);
      assertRefusal(await new ApiClient(server).call(pathOf(operation), body, headers.nobody), 403, 12);
    }
  });

  test("change nothing without a recent password, which can be sent with the call", async () => {
    const headers = await headersOf(server);
    const change = (sent: Record<string, string>) =>
      new ApiClient(server).call("/x/v1/admin/user/change", { email: person.email, locked: 1 }, sent);
    clock.advance(LATE_MS);
    const nobody = new ApiClient(server);
    for (const operation of [
      "admin.show",
      "admin.user.ls",
      "admin.key.ls",
      "admin.lock.ls",
      "admin.job.ls",
      "admin.invitation.ls",
      "admin.settings",
    ])
      assertAnswer(
        byOperation.get(operation) ?? assert.fail(),
        await nobody.call(pathOf(operation), bodyOf(operation), headers),
      );
    for (const operation of [
      "admin.user.change",
      "admin.key.revoke",
      "admin.lock.release",
      "admin.job.retry",
      "admin.job.cancel",
      "admin.invitation.add",
      "admin.invitation.rm",
      "admin.storage.check",
    ]) {
      const body = /change|add/.test(operation) ? { email: person.email, locked: 1 } : { id: "x" };
      assertRefusal(await nobody.call(pathOf(operation), body, headers), 403, 557);
    }
    assertRefusal(await change(headers), 403, 557);
    await person.client.ok("user/info");
    assertAnswer(endpoints.adminUserChange, await change(basic(server.email, server.password)));
    assertRefusal(await person.client.call("user/info"), 403, 620);
    await server.services.accounts.setLocked("operator", person.account, false);
  });

  test("show and change users, locks and jobs through the client library", async () => {
    const own = await headersOf(server);
    const { admin } = createClient({
      url: server.url,
      pacing: "off",
      fetch: (input, init) =>
        fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...own } }),
    });
    const state = await admin.show();
    // Not recorded by this server, because it is not a separate process.
    assert.deepEqual(state.attention, [{ code: "not-running", text: "The server is not running." }]);
    const first = await admin.usersPage({ limit: 1 });
    const rest = await admin.usersPage({ cursor: first.next });
    assert.equal(first.users.length, 1);
    // Both may have the same time.
    const users = [...first.users, ...rest.users];
    for (const each of [server.email, person.email])
      assert.equal(users.filter(({ email }) => email === each).length, 1, each);
    assert.ok(users.some(({ email, plan }) => email === person.email && plan === "premium"));
    const end = new Date("2030-01-01T00:00:00Z");
    const changed = await admin.changeUser(person.email, { plan: "access", planEndsAt: end, quotaBytes: 5000 });
    assert.deepEqual([changed.plan, changed.planEndsAt, changed.quotaBytes], ["access", end, 5000]);
    const back = await admin.changeUser(person.email, { plan: "unlimited", quotaBytes: null });
    assert.deepEqual([back.plan, back.planEndsAt, back.quotaBytes], ["unlimited", undefined, undefined]);
    await assert.rejects(admin.changeUser(server.email, { isLocked: true }), { name: "BadRequestError" });
    // An end without a plan that ends would be silently ignored.
    const unended = admin.changeUser(person.email, { planEndsAt: end, quotaBytes: 5000 });
    await assert.rejects(unended, { name: "BadRequestError" });
    await assert.rejects(admin.changeUser("nobody@example.org", { isLocked: true }), { name: "NotFoundError" });
    await assert.rejects(admin.usersPage({ cursor: "nonsense" }), { name: "BadRequestError" });

    await server.limits.lock("key");
    const [lock] = await admin.locks();
    const { accounts, keys } = server.services;
    const owned = await keys.list("operator", await accounts.getByEmail("operator", server.email));
    const key = (await owned.all()).find(({ id }) => id === lock?.subject);
    assert.ok(key);
    assert.equal(lock?.kind, "key");
    assert.deepEqual([lock.email, lock.key_name], [server.email, key.name]);
    await admin.releaseLock(lock.id);
    assert.deepEqual(await admin.locks(), []);
    await assert.rejects(admin.releaseLock(lock.id), { name: "NotFoundError" });
    assert.ok(Array.isArray(await admin.jobs({ state: "dead" })));
    for (const { id, state: jobState } of (await admin.jobs()).slice(0, 1))
      assert.equal(
        typeof (await admin.retryJob(id)),
        ["dead", "cancelled", "delayed"].includes(jobState) ? "undefined" : "string",
      );
    const [listed] = await admin.jobs();
    const job = await admin.job(listed?.id ?? "");
    assert.deepEqual([job.id, job.kind, job.priority >= 0], [listed?.id, listed?.kind, true]);
    await assert.rejects(admin.job("nosuchjob"), { name: "NotFoundError" });
    await assert.rejects(admin.cancelJob("nosuchjob"), { name: "NotFoundError" });
  });

  test("make all the requested changes at once, or none", async () => {
    const own = await headersOf(server);
    const change = (body: object) => new ApiClient(server).call("/x/v1/admin/user/change", body, own);
    const stateOf = async (email: string) => {
      const { planId, quotaBytes, isLocked } = await server.services.accounts.getByEmail("operator", email);
      return { planId, quotaBytes, isLocked };
    };
    const [before, itself] = [await stateOf(person.email), await stateOf(server.email)];
    const states: object[] = [];
    onCommit = async () => void states.push(await stateOf(person.email));
    try {
      await change({ email: person.email, plan: "access", quota_bytes: 5000, locked: 1 });
    } finally {
      onCommit = undefined;
    }
    const after = { planId: "access", quotaBytes: 5000, isLocked: true };
    assert.deepEqual(await stateOf(person.email), after);
    for (const state of states) assert.ok([before, after].some((each) => isDeepStrictEqual(each, state)));
    const refused = await change({ email: server.email, plan: "access", quota_bytes: 5000, locked: 1 });
    assertRefusal(refused, 400, 550);
    assert.equal(refused.json?.["reason"], "own-account");
    assert.deepEqual(await stateOf(server.email), itself);
    await change({ email: person.email, plan: before.planId, quota_bytes: before.quotaBytes ?? 0, locked: 0 });
    assert.deepEqual(await stateOf(person.email), before);
  });

  test("report the settings in force and their sources, but no secret", async () => {
    const answer = await new ApiClient(server).call("/x/v1/admin/settings", {}, await headersOf(server));
    const settings = assertAnswer(endpoints.adminSettings, answer)["settings"] as Record<string, unknown>[];
    const find = (wanted: string) => settings.find(({ name }) => name === wanted);
    assert.deepEqual(find("CONSIGNE_LIMITS"), {
      name: "CONSIGNE_LIMITS",
      value: "friendly",
      origin: "environment",
      is_secret: 0,
    });
    assert.deepEqual(find("CONSIGNE_KEY_IN_QUERY"), {
      name: "CONSIGNE_KEY_IN_QUERY",
      value: "on",
      origin: "default",
      is_secret: 0,
    });
    assert.deepEqual(find("CONSIGNE_ADMIN_PASSWORD"), {
      name: "CONSIGNE_ADMIN_PASSWORD",
      origin: "environment",
      is_secret: 1,
    });
    assert.ok(!answer.text.includes(server.password));
  });
});

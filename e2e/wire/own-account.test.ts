import assert from "node:assert/strict";
import { after, afterEach, before, suite, test } from "node:test";
import { endpoints } from "@consigne/contract";
import { fullScopes } from "@consigne/core";
import { createClient } from "@consigne/sdk";
import { ApiClient, startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { type ActorName, actorNames, PolicyWorld } from "./_policy-world.ts";
import { assertAnswer } from "./_shapes.ts";
import { addKey, addPerson, assertRefusal, idOf, makeFolder, type Person, uploadOne } from "./_wire.ts";

type Expected = "ok" | readonly [status: number, number: number];

const LATE_MS = 10 * 60_000 + 1;
const SCOPE = [403, 555] as const;
const FRESH = [403, 557] as const;
const FOR_PEOPLE = [403, 631] as const;
const NEW_PASSWORD = "a rather long sentence";

const calls = {
  "account/show": endpoints.accountShow,
  "account/change": endpoints.accountChange,
  "account/verify": endpoints.accountVerify,
  "account/password": endpoints.accountPassword,
  "account/email": endpoints.accountEmail,
  "account/export": endpoints.accountExport,
  "account/contents": endpoints.accountContents,
  "account/delete": endpoints.accountDelete,
  "session/ls": endpoints.sessionLs,
  "session/rm": endpoints.sessionRm,
  "activity/list": endpoints.activityList,
} as const;
type CallName = keyof typeof calls;

const bodies: Readonly<Record<CallName, object>> = {
  "account/show": {},
  "account/change": {},
  "account/verify": { password: "not this one" },
  "account/password": { new_password: "password" },
  "account/email": { email: "nowhere" },
  "account/export": {},
  "account/contents": {},
  "account/delete": { email: "other@example.org" },
  "session/ls": {},
  "session/rm": { id: "nosuchsession" },
  "activity/list": {},
};

/** Answers to signed-in callers, whose requests themselves are checked. */
const ofSession: Readonly<Record<CallName, Expected>> = {
  "account/show": "ok",
  "account/change": "ok",
  "account/verify": [403, 403],
  "account/password": [400, 558],
  "account/email": [400, 559],
  "account/export": "ok",
  "account/contents": "ok",
  "account/delete": [400, 550],
  "session/ls": "ok",
  "session/rm": [404, 469],
  "activity/list": "ok",
};

const outcasts: Partial<Record<ActorName, Expected>> = {
  expired: [403, 93],
  revoked: [403, 93],
  unknown: [403, 93],
  "wrong address": [403, 631],
  locked: [403, 620],
  "signed out": [403, 93],
  "cookie alone": [403, 12],
  nobody: [403, 12],
};

function expectedOf(actor: ActorName, call: CallName): Expected {
  const outcast = outcasts[actor];
  if (outcast !== undefined) return outcast;
  if (actor === "signed in" || call === "account/show" || call === "activity/list") return ofSession[call];
  if (call === "session/ls" || call === "account/export") return FOR_PEOPLE;
  if (call === "account/contents") return FRESH;
  if (actor === "read-only") return SCOPE;
  if (call === "account/verify") return FOR_PEOPLE;
  if (call === "account/delete") return FRESH;
  // The request is checked first, which reveals nothing. The last test covers what could be done.
  return ofSession[call];
}

suite("an account", () => {
  const clock = new VirtualClock(new Date(Date.now() + 60_000));
  let server: TestServer;
  let world: PolicyWorld;
  let person: Person;
  let count = 0;

  before(async () => {
    server = await startTestServer({ clock, limits: "friendly" });
    world = await PolicyWorld.build(server);
  });
  afterEach(() => server.limits.releaseAll());
  after(() => server[Symbol.asyncDispose]());

  const headersOf = async ({ email, password }: { email: string; password: string }) => {
    const browser = new Browser(server);
    await browser.signIn(email, password);
    return { ...browser.cookieHeader(), "consigne-session": "1", origin: server.url };
  };
  const signIn = async (email: string, password: string) => {
    const headers = await headersOf({ email, password });
    const client = new ApiClient(server);
    return (call: CallName, body: object = {}) => client.call(`/x/v1/${call}`, body, headers);
  };
  const join = async () => (person = await addPerson(server, `person-${++count}@example.org`, { plan: "premium" }));

  for (const actor of actorNames) {
    test(`${actor}: every call`, async () => {
      for (const [call, endpoint] of Object.entries(calls) as [CallName, (typeof calls)[CallName]][]) {
        const expected = expectedOf(actor, call);
        const answer = await world.clients[actor].call(`/x/v1/${call}`, bodies[call]);
        if (expected === "ok") assertAnswer(endpoint, answer);
        else assertRefusal(answer, ...expected);
      }
    });
  }

  test("changes its settings, and reports what counts towards the quota", async () => {
    await join();
    const { client } = person;
    const url = await uploadOne(client, "kept.txt", "kept");
    await client.ok("file/rm", { files: [{ url: await uploadOne(client, "gone.txt", "gone!") }] });
    await client.ok("/x/v1/version/replace", {
      files: [{ file_id: idOf(url), replacement_id: idOf(await uploadOne(client, "new.txt", "newer")) }],
    });
    const changed = assertAnswer(
      endpoints.accountChange,
      await client.call("/x/v1/account/change", { download_menu: 1, default_domain: 3 }),
    );
    assert.deepEqual(changed["settings"], {
      default_domain: 3,
      download_menu: 1,
      trash_days: 30,
      version_days: 30,
    });
    assertRefusal(await client.call("/x/v1/account/change", { default_domain: 11 }), 400, 550);
    const shown = assertAnswer(endpoints.accountShow, await client.call("/x/v1/account/show"));
    assert.deepEqual(shown["settings"], changed["settings"]);
    assert.deepEqual(
      [shown["files"], shown["used_bytes"], shown["trash_bytes"], shown["version_bytes"]],
      [1, 14, 5, 4],
    );
    const info = await client.ok("user/info");
    assert.deepEqual([info["cold_storage"], info["download_menu"], info["default_domain"]], [14, "1", 3]);
    await client.ok("/x/v1/trash/remove", { all: 1 });
    assert.equal((await client.ok("/x/v1/account/show"))["used_bytes"], 9);
    // The owner also sees the page.
    assert.equal((await client.request(`/?${idOf(url)}`)).status, 200);
  });

  test("is shown to a session with the session itself, and to a key without", async () => {
    await join();
    const ask = await signIn(person.email, person.password);
    const shown = assertAnswer(endpoints.accountShow, await ask("account/show"));
    assert.equal(shown["email"], person.email);
    assert.equal(shown["plan"], "premium");
    assert.equal(shown["may_administer"], 0);
    const { verified_until: until } = shown["session"] as { verified_until: string };
    assert.ok(Math.abs(Date.parse(until) - clock.now().getTime() - 10 * 60_000) < 5000);
    assert.equal((await person.client.ok("/x/v1/account/show"))["session"], undefined);
    const administrator = await signIn(server.email, server.password);
    assert.equal((await administrator("account/show")).json?.["may_administer"], 1);
    assert.equal((await new ApiClient(server, server.apiKey).ok("/x/v1/account/show"))["may_administer"], 0);
  });

  test("requires a recent password for sensitive changes, and makes them once it was given", async () => {
    await join();
    const ask = await signIn(person.email, person.password);
    const elsewhere = await signIn(person.email, person.password);
    clock.advance(LATE_MS);
    const wanted = { new_password: NEW_PASSWORD };
    for (const [call, body] of [
      ["account/password", wanted],
      ["account/email", { email: "new@example.org" }],
      ["session/rm", { others: 1 }],
      ["account/contents", {}],
      ["account/delete", { email: person.email }],
    ] as const)
      assertRefusal(await ask(call, body), ...FRESH);
    assertRefusal(await ask("account/verify", { password: "not this one" }), 403, 403);
    assertRefusal(await ask("account/password", wanted), ...FRESH);
    assertAnswer(endpoints.accountVerify, await ask("account/verify", { password: person.password }));
    assert.equal(
      assertAnswer(endpoints.accountEmail, await ask("account/email", { email: "new@example.org" }))["delivery"],
      "outbox",
    );
    assert.equal((await elsewhere("session/ls")).status, 200);
    assert.equal(assertAnswer(endpoints.accountPassword, await ask("account/password", wanted))["active_keys"], 1);
    assertRefusal(await elsewhere("session/ls"), 403, 93);
    assert.equal((await ask("session/ls")).status, 200, "the requesting session continues");
    await person.client.ok("/x/v1/account/show");
    const old = await signIn(person.email, person.password);
    assertRefusal(await old("account/show"), 403, 12);
    assert.equal((await (await signIn(person.email, NEW_PASSWORD))("account/show")).status, 200);
  });

  test("accepts nobody else's password as proof", async () => {
    const other = await addPerson(server, `person-${++count}@example.org`);
    await server.services.accounts.setPassword("operator", other.account, NEW_PASSWORD);
    await join();
    const ask = await signIn(person.email, person.password);
    clock.advance(LATE_MS);
    assertRefusal(await ask("account/verify", { password: NEW_PASSWORD }), 403, 403);
    assertRefusal(await ask("session/rm", { others: 1 }), ...FRESH);
  });

  test("counts wrong passwords as guesses", async () => {
    await join();
    const ask = await signIn(person.email, person.password);
    // A few fewer than the limit.
    for (let guesses = 0; guesses < 94; guesses++) await server.services.admission.countGuess("127.0.0.1");
    let answer = await ask("account/verify", { password: "not this one" });
    assertRefusal(answer, 403, 403);
    for (let guesses = 0; guesses < 6 && /#403"/.test(answer.text); guesses++)
      answer = await ask("account/verify", { password: "not this one" });
    assertRefusal(answer, 403, 412);
  });

  test("lists sessions, and ends one, all others, or its own", async () => {
    await join();
    const asks = [];
    for (let begun = 0; begun < 4; begun++) asks.push(await signIn(person.email, person.password));
    const [ask, second, third] = asks as [Ask, Ask, Ask, Ask];
    const listed = assertAnswer(endpoints.sessionLs, await ask("session/ls"))["sessions"] as Listed[];
    assert.equal(listed.length, 4);
    assert.equal(listed.filter((session) => session.is_current === 1).length, 1);
    const own = async (asked: Ask) =>
      (assertAnswer(endpoints.sessionLs, await asked("session/ls"))["sessions"] as Listed[]).find(
        (session) => session.is_current === 1,
      )?.id ?? "";
    assertAnswer(endpoints.sessionRm, await ask("session/rm", { id: await own(second) }));
    assertRefusal(await second("session/ls"), 403, 93);
    assertRefusal(await ask("session/rm", {}), 400, 550);
    assertRefusal(await ask("session/rm", { id: await own(third), others: 1 }), 400, 550);
    const stranger = await signIn(server.email, server.password);
    assertRefusal(await stranger("session/rm", { id: await own(third) }), 404, 469);
    assert.equal((await ask("session/rm", { others: 1 })).json?.["ended"], 2);
    assertRefusal(await third("session/ls"), 403, 93);
    clock.advance(LATE_MS);
    assertAnswer(endpoints.sessionRm, await ask("session/rm", { id: await own(ask) }));
    assertRefusal(await ask("session/ls"), 403, 93);
  });

  test("reads the same through the client library in a session", async () => {
    await join();
    const browser = new Browser(server);
    await browser.signIn(person.email, person.password);
    await signIn(person.email, person.password);
    const own = { ...browser.cookieHeader(), "consigne-session": "1", origin: server.url };
    const client = createClient({
      url: server.url,
      fetch: (input, init) =>
        fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...own } }),
    });
    const { session } = await client.account.show();
    const listed = await client.sessions.list();
    assert.deepEqual([listed.length, listed.find(({ isCurrent }) => isCurrent)?.id], [2, session?.id]);
    await assert.rejects(client.account.verify("not this one"), { name: "WrongPasswordError" });
    assert.ok(((await client.account.verify(person.password)) ?? clock.now()) > clock.now());
    assert.equal(await client.account.requestEmail("new@example.org", { language: "fr" }), "outbox");
    await assert.rejects(client.account.setPassword("password"), { name: "BadRequestError", number: 558 });
    assert.equal(await client.account.setPassword(NEW_PASSWORD), 1);
    await assert.rejects(client.sessions.end("nosuchsession"), { name: "NotFoundError" });
    assert.equal(await client.sessions.endOthers(), 0);
  });

  test("lists who did what in the account, page by page", async () => {
    await join();
    const { client, account, keyId } = person;
    const ask = await signIn(person.email, person.password);
    const folder = await makeFolder(client, "fence");
    const url = await uploadOne(client, "one.txt");
    await client.ok("file/rename", { urls: [{ url, filename: "two.txt" }] });
    await server.services.accounts.setQuota("operator", account, 5000);
    const records = async (body: object = {}) =>
      assertAnswer(endpoints.activityList, await ask("activity/list", body))["records"] as Recorded[];
    const all = await records();
    assert.deepEqual(
      all.slice(0, 4).map(({ action, by }) => [action, by]),
      [
        ["account.quota", "operator"],
        ["file.rename", "key"],
        ["file.upload", "key"],
        ["folder.create", "key"],
      ],
    );
    assert.equal(all[0]?.address, undefined);
    assert.deepEqual([all[1]?.address, all[1]?.key_id, all[1]?.details["name"]], ["127.0.0.1", keyId, "two.txt"]);
    assert.ok(all.some(({ action, by }) => action === "session.begin" && by === "session"));
    assert.ok((await records({ by: "others" })).every(({ by }) => by === "operator"));
    assert.ok((await records({ key_id: keyId })).every((record) => record.key_id === keyId));
    assert.deepEqual(
      (await records({ object_id: String(folder) })).map(({ action }) => action),
      ["folder.create"],
    );
    assert.deepEqual(await records({ until: "2020-01-01T00:00:00Z" }), []);
    const library = createClient({ url: server.url, apiKey: person.key, pacing: "off" });
    const walked: string[] = [];
    for (let next: string | undefined; ;) {
      const page = await library.activity.page({ limit: 2, cursor: next });
      walked.push(...page.records.map(({ action }) => action));
      next = page.next;
      if (next === undefined) break;
    }
    assert.deepEqual(
      walked,
      all.map(({ action }) => action),
    );
    assertRefusal(await ask("activity/list", { cursor: "nonsense" }), 400, 550);
    const fenced = await addKey(server, account, { fenceFolderId: folder });
    assert.deepEqual((await fenced.client.ok("/x/v1/activity/list"))["records"], []);
    await makeFolder(fenced.client, "inner");
    const own = (await fenced.client.ok("/x/v1/activity/list", { key_id: fenced.id }))["records"] as Recorded[];
    assert.deepEqual(
      own.map(({ action }) => action),
      ["folder.create"],
    );
    for (const body of [{ key_id: keyId }, { by: "others" }])
      assert.deepEqual((await fenced.client.ok("/x/v1/activity/list", body))["records"], []);
  });

  test("sends only a few letters an hour", async () => {
    await join();
    const ask = await signIn(person.email, person.password);
    const answers = [];
    for (let letters = 0; letters < 4; letters++)
      answers.push(await ask("account/email", { email: `n${letters}@example.org` }));
    assertRefusal(answers.at(-1) ?? assert.fail(), 409, 560);
    assertAnswer(endpoints.accountEmail, answers[0] ?? assert.fail());
  });

  test("exports fewer records per page if they are long", async () => {
    await join();
    const { client, email, password } = person;
    const ips = Array.from({ length: 200 }, (_, at) => `2001:db8:0:0:1:2:3:${(4096 + at).toString(16)}`);
    for (const name of ["a", "b", "c"]) {
      const link = await uploadOne(client, name, name);
      for (let count = 0; count < 30; count++)
        await client.ok("/x/v1/link/add", { file_id: idOf(link), acl: { ip: ips }, note: "\u0001".repeat(1000) });
    }
    const ask = await signIn(email, password);
    const sizes: number[] = [];
    const names: string[] = [];
    for (let cursor: unknown; sizes.length === 0 || cursor !== undefined;) {
      const answer = await ask("account/export", cursor === undefined ? {} : { cursor });
      sizes.push(answer.text.length);
      const records = answer.json?.["records"] as Record<string, unknown>[];
      names.push(...records.filter(({ kind }) => kind === "file").map(({ name }) => String(name)));
      cursor = answer.json?.["next"];
    }
    assert.deepEqual(new Set(names), new Set(["a", "b", "c"]));
    assert.equal(names.length, 3);
    assert.ok(Math.max(...sizes) < 1_000_000, `${Math.max(...sizes)} bytes in one answer`);
  });

  test("exports everything, page by page, each record once and no secrets", async () => {
    await join();
    const { client, account, email, password } = person;
    const inner = await makeFolder(client, "inner");
    const names = Array.from({ length: 12 }, (_, at) => `file ${at}`);
    for (const name of names) await uploadOne(client, name, name, { did: String(inner) });
    const link = await uploadOne(client, "guarded.txt", "guarded");
    await client.ok("file/chattr", { urls: [link], pass: "a secret word", description: "note" });
    await client.ok("/x/v1/link/add", { file_id: idOf(link), pass: "another secret", note: "for Ada" });
    await client.ok("file/rm", { files: [{ url: await uploadOne(client, "gone.txt", "gone") }] });
    const friend = await addPerson(server, "friend-of-export@example.org");
    const lent = await makeFolder(friend.client, "lent");
    await friend.client.ok("/x/v1/share/grant", { folder_id: lent, email, rw: 1 });
    for (const each of [friend.email, "nobody-yet@example.org", "zoe@example.org"])
      await client.ok("/x/v1/share/grant", { folder_id: inner, email: each, hide_links: 1 });
    const ask = await signIn(email, password);
    const records: Record<string, unknown>[] = [];
    let text = "";
    let pages = 0;
    for (let cursor: unknown; pages === 0 || cursor !== undefined; pages++) {
      const answer = await ask("account/export", { limit: 5, ...(cursor === undefined ? {} : { cursor }) });
      const page = assertAnswer(endpoints.accountExport, answer);
      text += answer.text;
      records.push(...(page["records"] as Record<string, unknown>[]));
      cursor = page["next"];
    }
    assert.ok(pages > 4, `${pages} pages`);
    const of = (kind: string) => records.filter((record) => record["kind"] === kind);
    const namesOf = (kind: string) =>
      of(kind)
        .map(({ name }) => String(name))
        .toSorted();
    assert.deepEqual(namesOf("file"), [...names, "guarded.txt"].toSorted());
    const [guarded] = of("file").filter(({ name }) => name === "guarded.txt");
    assert.deepEqual([guarded?.["has_password"], guarded?.["description"], guarded?.["link"]], [true, "note", link]);
    assert.match(String(guarded?.["checksum"]), /^[0-9a-f]{128}$/);
    const [further] = (guarded?.["links"] ?? []) as Record<string, unknown>[];
    assert.deepEqual([further?.["note"], further?.["has_password"]], ["for Ada", true]);
    assert.deepEqual(namesOf("folder"), ["", "inner"]);
    assert.deepEqual(namesOf("trash"), ["gone.txt"]);
    assert.deepEqual(
      of("share").map((share) => [share["folder_id"], share["email"], share["may_write"], share["hides_links"]]),
      [friend.email, "nobody-yet@example.org", "zoe@example.org"].map((each) => [inner, each, false, true]),
    );
    assert.deepEqual(
      of("received").map((share) => [share["name"], share["owner_email"], share["may_write"], share["hides_links"]]),
      [["lent", friend.email, true, false]],
    );
    assert.equal(of("key").length, 1);
    assert.equal(of("session").length, 1);
    assert.equal(of("account")[0]?.["email"], email);
    assert.ok(of("activity").some(({ action }) => action === "file.attributes") || of("activity").length > 5);
    const stored = await server.services.accounts.getByEmail("operator", account.email);
    for (const secret of ["a secret word", "another secret", "$scrypt", "$argon2", stored.passwordHash, person.key])
      assert.ok(!text.includes(secret), secret);
    assertRefusal(await ask("account/export", { cursor: "bm9uZQ" }), 400, 550);
    assertRefusal(
      await ask("account/export", { cursor: Buffer.from('["files",1e99,"x"]').toString("base64url") }),
      400,
      550,
    );
    assertRefusal(await client.call("/x/v1/account/export"), ...FOR_PEOPLE);
  });

  test("is locked when deleted, and unlocked again unchanged", async () => {
    await join();
    await uploadOne(person.client, "left.txt", "left");
    const ask = await signIn(person.email, person.password);
    const held = assertAnswer(endpoints.accountContents, await ask("account/contents"));
    assert.deepEqual([held["files"], held["bytes"], held["keys"]], [1, 4, 1]);
    assertRefusal(await ask("account/delete", { email: "other@example.org" }), 400, 550);
    const deleted = assertAnswer(endpoints.accountDelete, await ask("account/delete", { email: person.email }));
    const goes = Date.parse(String(deleted["deletion_at"])) - clock.now().getTime();
    assert.ok(Math.abs(goes - 7 * 24 * 3_600_000) < 5000);
    assertRefusal(await ask("account/show"), 403, 93);
    assertRefusal(await person.client.call("user/info"), 403, 620);
    const administrator = await headersOf(server);
    const listed = await new ApiClient(server).call("/x/v1/admin/user/ls", {}, administrator);
    const users = assertAnswer(endpoints.adminUserLs, listed)["users"] as {
      email: string;
      is_locked: number;
      deletion_at?: string;
    }[];
    assert.equal(users.find(({ email }) => email === person.email)?.deletion_at, deleted["deletion_at"]);
    await server.services.accounts.setLocked("operator", person.account, false);
    await person.client.ok("user/info");
  });

  test("lets not even a key with every right change what proves ownership", async () => {
    const mighty = await addPerson(server, `person-${++count}@example.org`, { key: { scopes: fullScopes } });
    for (const [call, body] of [
      ["account/password", { new_password: NEW_PASSWORD }],
      ["account/email", { email: "new@example.org" }],
      ["session/rm", { others: 1 }],
    ] as const)
      assertRefusal(await mighty.client.call(`/x/v1/${call}`, body), ...FRESH);
    assertRefusal(await mighty.client.call("/x/v1/account/verify", { password: mighty.password }), ...FOR_PEOPLE);
  });
});

type Ask = (call: CallName, body?: object) => ReturnType<ApiClient["call"]>;
interface Recorded {
  action: string;
  by: string;
  key_id?: string;
  address?: string;
  details: Record<string, unknown>;
}
interface Listed {
  id: string;
  is_current: 0 | 1;
}

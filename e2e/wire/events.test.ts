import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { CHANGES_KEPT, MOST_STREAMS, type Ports, scopesOf } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { EventReader } from "./_events.ts";
import { addKey, addPerson, assertRefusal, bearer, makeFolder, type Person, send, uploadOne } from "./_wire.ts";

const EVENTS = "/x/v1/events";

suite("events", () => {
  let server: TestServer;
  let person: Person;
  let ports: Ports;
  before(async () => {
    server = await startTestServer({
      storage: "memory",
      downloadRecheckMs: 100,
      replacePorts: (embedded) => (ports = embedded),
    });
    person = await addPerson(server, "person@example.org");
  });
  after(() => server[Symbol.asyncDispose]());

  const open = (key = person.key, options: Parameters<typeof EventReader.open>[2] = {}) =>
    EventReader.open(server, key, options);
  const refused = (headers: Record<string, string>, path = EVENTS) => send(`${server.url}${path}`, { headers });

  test("name the folders that changed, without details", async () => {
    await using events = await open();
    assert.equal(events.response.headers.get("content-type"), "text/event-stream; charset=utf-8");
    assert.equal(events.response.headers.get("x-accel-buffering"), "no");
    assert.equal(events.response.headers.get("cache-control"), "no-store");
    assert.equal((await events.next())?.line, "ready {}");
    const folder = await makeFolder(person.client, "secret name");
    assert.equal((await events.next())?.line, 'folder {"folder_id":0}');
    await uploadOne(person.client, "secret.txt", "hello", { did: String(folder) });
    assert.equal((await events.next())?.line, `folder {"folder_id":${folder}}`);
  });

  test("continue after the last one seen, by parameter or header", async () => {
    const folder = await makeFolder(person.client, "resumed");
    let seen: string;
    {
      await using events = await open();
      seen = (await events.next())?.id ?? assert.fail();
    }
    await uploadOne(person.client, "missed.txt", "hello", { did: String(folder) });
    for (const options of [{ after: seen }, { headers: { "last-event-id": seen } }]) {
      await using events = await open(person.key, options);
      assert.deepEqual(
        [(await events.next())?.line, (await events.next())?.line],
        ["ready {}", `folder {"folder_id":${folder}}`],
      );
    }
    assertRefusal(await refused(bearer(person.key), `${EVENTS}?after=yesterday`), 400, 550);
  });

  test("say to reload everything if too much was missed or the number is unknown", async () => {
    const busy = await addPerson(server, "busy@example.org");
    let seen: string;
    {
      await using events = await open(busy.key);
      seen = (await events.next())?.id ?? assert.fail();
    }
    await ports.database.transaction(async ({ changes }) => {
      for (let id = 0; id < CHANGES_KEPT + 1; id++) await changes.note(busy.account.id, { topic: "import", id });
    });
    for (const number of [seen, "999999999"]) {
      await using events = await open(busy.key, { after: number });
      const first = await events.next();
      assert.equal(first?.line, "reset {}");
      await using again = await open(busy.key, { after: first?.id ?? "" });
      assert.equal((await again.next())?.line, "ready {}");
    }
  });

  test("reach no other account, and a key only within its rights", async () => {
    const [fence, outside] = [await makeFolder(person.client, "fence"), await makeFolder(person.client, "outside")];
    const inner = await makeFolder(person.client, "inner", fence);
    const stranger = await addPerson(server, "stranger@example.org");
    const fenced = await addKey(server, person.account, { fenceFolderId: fence });
    const remoteOnly = await addKey(server, person.account, { scopes: scopesOf({ remote: "read" }) });
    await using strange = await open(stranger.key);
    await using inFence = await open(fenced.text);
    await using transfers = await open(remoteOnly.text);
    for (const events of [strange, inFence, transfers]) assert.equal((await events.next())?.line, "ready {}");
    await uploadOne(person.client, "a.txt", "hello", { did: String(outside) });
    await uploadOne(person.client, "b.txt", "hello", { did: String(inner) });
    await uploadOne(person.client, "c.txt", "hello", { did: String(fence) });
    assert.deepEqual(await inFence.take(2), ['folder {"folder_id":0}', `folder {"folder_id":${inner}}`]);
    const order = await person.client.ok("remote/request", { urls: ["https://example.org/a.bin"] });
    assert.equal((await transfers.next())?.line, `remote {"id":${String(order["id"])}}`);
    await makeFolder(stranger.client, "own");
    assert.equal((await strange.next())?.line, 'folder {"folder_id":0}');
  });

  test("reach people a folder is shared with: its listing and the share, and nothing else", async () => {
    const people = ["reader", "hidden", "inner", "outsider"].map((name) => addPerson(server, `${name}@example.org`));
    const [reader, hidden, innerOnly, outsider] = await Promise.all(people);
    assert.ok(reader && hidden && innerOnly && outsider);
    const folder = await makeFolder(person.client, "shared");
    const inner = await makeFolder(person.client, "inside", folder);
    const unshared = await makeFolder(person.client, "unshared");
    const fence = await makeFolder(reader.client, "fence");
    const fenced = await addKey(server, reader.account, { fenceFolderId: fence });
    await using ofReader = await open(reader.key);
    await using ofHidden = await open(hidden.key);
    await using ofInner = await open(innerOnly.key);
    await using ofOutsider = await open(outsider.key);
    await using ofFenced = await open(fenced.text);
    for (const each of [ofReader, ofHidden, ofInner, ofOutsider, ofFenced])
      assert.equal((await each.next())?.line, "ready {}");
    const give = (who: Person, folderId: number, rights: object = {}) =>
      person.client.ok("/x/v1/share/grant", { folder_id: folderId, email: who.email, ...rights });
    const changed = (id: number) => `folder {"folder_id":${id}}`;
    const shared = (id: number) => `share {"folder_id":${id}}`;
    await person.client.ok("folder/share", {
      folder_id: folder,
      shares: [{ email: reader.email }, { email: hidden.email, hide_links: 1 }],
    });
    for (const each of [ofReader, ofHidden]) assert.deepEqual(await each.take(2), [changed(folder), shared(folder)]);
    await give(innerOnly, inner);
    assert.deepEqual(await ofInner.take(2), [changed(inner), shared(inner)]);
    for (const each of [ofReader, ofHidden]) assert.equal((await each.next())?.line, changed(inner));
    await uploadOne(person.client, "unshared.txt", "hello", { did: String(unshared) });
    await uploadOne(person.client, "outer.txt", "hello", { did: String(folder) });
    for (const each of [ofReader, ofHidden]) assert.equal((await each.next())?.line, changed(folder));
    await uploadOne(person.client, "inner.txt", "hello", { did: String(inner) });
    for (const each of [ofReader, ofHidden, ofInner]) assert.equal((await each.next())?.line, changed(inner));
    await give(reader, folder, { rw: 1 });
    assert.deepEqual(await ofReader.take(2), [changed(folder), shared(folder)]);
    await give(reader, folder, { hide_links: 1 });
    const { id = "" } = (await ofReader.next()) ?? {};
    assert.ok(await ofReader.next());
    await person.client.ok("/x/v1/share/revoke", { folder_id: folder, email: reader.email });
    assert.equal((await ofReader.next())?.line, shared(folder));
    await uploadOne(person.client, "later.txt", "hello", { did: String(folder) });
    await makeFolder(reader.client, "own");
    assert.equal((await ofReader.next())?.line, changed(0), "nothing about ended shares");
    {
      await using resumed = await open(reader.key, { after: id });
      assert.deepEqual(
        (await resumed.take(3)).filter((line) => line !== "ready {}"),
        [changed(0), shared(folder)],
        "nor what was recorded during the share",
      );
    }
    await server.services.accounts.setLocked("operator", person.account, true);
    assert.equal((await ofInner.next())?.line, shared(inner));
    await server.services.accounts.setLocked("operator", person.account, false);
    assert.equal((await ofInner.next())?.line, shared(inner));
    await person.client.ok("/x/v1/batch/change", { changes: [{ folder_id: folder, remove: 1, with_contents: 1 }] });
    // Its contents are removed first, and may be reported before it is gone itself.
    const last = await ofInner.next();
    if (last?.line === changed(inner)) assert.equal((await ofInner.next())?.line, shared(inner));
    else assert.equal(last?.line, shared(inner), "it was moved to the trash");
    await makeFolder(outsider.client, "own");
    assert.equal((await ofOutsider.next())?.line, changed(0), "and nothing before that");
    await makeFolder(new ApiClient(server, fenced.text), "own");
    assert.equal((await ofFenced.next())?.line, changed(0), "a key restricted to a folder is not told about shares");
  });

  test("require the right to read", async () => {
    const powerless = await addKey(server, person.account, { scopes: scopesOf({ uploads: "write" }) });
    const free = await addPerson(server, "free@example.org", { plan: "free" });
    assertRefusal(await refused({}), 403, 12);
    assertRefusal(await refused(bearer("x".repeat(32))), 403, 93);
    assertRefusal(await refused(bearer(powerless.text)), 403, 555);
    assertRefusal(await refused(bearer(free.key)), 403, 200);
    const elsewhere = await addKey(server, person.account, { allowedAddresses: ["203.0.113.7"] });
    assertRefusal(await refused(bearer(elsewhere.text)), 403, 631);
    const over = await addKey(server, person.account);
    await server.services.keys.revoke("operator", over.id, {});
    assertRefusal(await refused(bearer(over.text)), 403, 93);
    assertRefusal(await refused({ origin: "https://elsewhere.example" }), 403, 556);
    assertRefusal(await send(`${server.url}${EVENTS}`, { method: "POST", headers: bearer(person.key) }), 405);
  });

  test("end when the key is revoked or the session ends, and accept a session only with its header", async () => {
    const key = await addKey(server, person.account);
    await using ofKey = await open(key.text);
    await ofKey.next();
    await server.services.keys.revoke("operator", key.id, {});
    assert.equal(await ofKey.next(), undefined);

    const browser = new Browser(server);
    await browser.signIn(person.email, person.password);
    assertRefusal(await refused(browser.cookieHeader()), 403, 12);
    const headers = { ...browser.cookieHeader(), "consigne-session": "1", authorization: "" };
    await using ofSession = await open("", { headers });
    assert.equal((await ofSession.next())?.line, "ready {}");
    const { text } = await browser.open("/logout.pl");
    await browser.post("/logout.pl", { a: "1", b: /name="b" value="(\w+)"/.exec(text)?.[1] ?? "" });
    assert.equal(await ofSession.next(), undefined);
  });

  test("end when the account is locked, with nothing more sent", async () => {
    const locked = await addPerson(server, "locked@example.org");
    await using events = await open(locked.key);
    await events.next();
    await server.services.accounts.setLocked("operator", locked.account, true);
    assert.equal(await events.next(), undefined);
    assertRefusal(await refused(bearer(locked.key)), 403, 620);
  });

  test("are limited in parallel streams, and each one that ends makes room", async () => {
    const many = await addPerson(server, "many@example.org");
    const readers: EventReader[] = [];
    for (let at = 0; at < MOST_STREAMS.perAccount; at++) readers.push(await open(many.key));
    assertRefusal(await refused(bearer(many.key)), 503);
    await using other = await open();
    assert.equal((await other.next())?.line, "ready {}");
    await readers.pop()?.[Symbol.asyncDispose]();
    for (;;) {
      const answer = await fetch(`${server.url}${EVENTS}`, { headers: bearer(many.key) });
      await answer.body?.cancel();
      if (answer.status === 200) break;
    }
    for (const reader of readers) await reader[Symbol.asyncDispose]();
  });

  test("end at once when the server stops, and continue where they were after a restart", async () => {
    const folder = await makeFolder(person.client, "after the restart");
    await using events = await open();
    const { id } = (await events.next()) ?? assert.fail();
    await server.stop();
    assert.equal(await events.next(), undefined, "it ended normally; a cut stream would fail");
    await server.start();
    await uploadOne(new ApiClient(server, person.key), "a.txt", "hello", { did: String(folder) });
    await using again = await open(person.key, { after: id });
    assert.deepEqual(await again.take(2), [`folder {"folder_id":${folder}}`, "ready {}"]);
  });
});

import assert from "node:assert/strict";
import { after, afterEach, before, suite, test } from "node:test";
import { endpoints } from "@consigne/contract";
import { type AccountActor, type ApiKey, fullScopes, keyTemplates, type NewApiKey, scopesOf } from "@consigne/core";
import { accountActor } from "@consigne/core/testing";
import { ApiClient, startTestServer, type TestServer, VirtualClock } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { type ActorName, actorNames, PolicyWorld } from "./_policy-world.ts";
import { assertAnswer } from "./_shapes.ts";
import { addKey, addPerson, assertRefusal, makeFolder, type Person } from "./_wire.ts";

type Expected = "ok" | readonly [status: number, number: number];

const SCOPE = [403, 555] as const;
const NO_KEY = [404, 469] as const;
const KEEPER = "key of a keeper";
const HOUR_MS = 3_600_000;
const LATE_MS = 10 * 60_000 + 1;

/** Callers of the other matrix. None of them may change keys. */
const others: Readonly<Record<ActorName, Expected>> = {
  owner: SCOPE,
  "read-only": SCOPE,
  fenced: SCOPE,
  other: SCOPE,
  free: [403, 200],
  expired: [403, 93],
  revoked: [403, 93],
  unknown: [403, 93],
  "wrong address": [403, 631],
  locked: [403, 620],
  // They may change keys of their own account, but the keys tested here belong to another one.
  "signed in": NO_KEY,
  "signed out": [403, 93],
  "cookie alone": [403, 12],
  nobody: [403, 12],
};
/** Callers that may change some keys. */
const keepers = ["full", "fenced", "few rights", "ending", "bound", "of another account"] as const;
type Keeper = (typeof keepers)[number];
/** Target keys: one that all keepers may manage, one that none may, and keys that do not exist for them. */
const targets = ["within", "beyond", "revoked", "foreign", "absent"] as const;
type Target = (typeof targets)[number];
const calls = ["change", "rotate", "rm"] as const;
type Call = (typeof calls)[number];

/** The account `keeper@example.org`, with one target key of each kind. */
class KeyWorld {
  readonly #server: TestServer;
  readonly clients: Readonly<Record<Keeper, ApiClient>>;
  readonly #person: Person;
  readonly #stranger: Person;
  readonly #within: Partial<NewApiKey>;
  readonly folder: number;
  readonly inner: number;

  private constructor(
    server: TestServer,
    parts: Pick<KeyWorld, "clients" | "folder" | "inner"> & {
      person: Person;
      stranger: Person;
      within: Partial<NewApiKey>;
    },
  ) {
    this.#server = server;
    this.clients = parts.clients;
    this.folder = parts.folder;
    this.inner = parts.inner;
    this.#person = parts.person;
    this.#stranger = parts.stranger;
    this.#within = parts.within;
  }

  static async build(server: TestServer): Promise<KeyWorld> {
    const person = await addPerson(server, "keeper@example.org", { key: { name: KEEPER, scopes: fullScopes } });
    const stranger = await addPerson(server, "keeping-stranger@example.org", {
      key: { name: KEEPER, scopes: fullScopes },
    });
    const folder = await makeFolder(person.client, "fence");
    const inner = await makeFolder(person.client, "inner", folder);
    const client = async (input: Partial<NewApiKey>) =>
      (await addKey(server, person.account, { name: KEEPER, ...input })).client;
    const soon = new Date(Date.now() + HOUR_MS / 2);
    return new KeyWorld(server, {
      person,
      stranger,
      folder,
      inner,
      within: {
        scopes: scopesOf({ files: "read" }),
        fenceFolderId: inner,
        allowedAddresses: ["127.0.0.1"],
        expiresAt: soon,
      },
      clients: {
        full: person.client,
        fenced: await client({ scopes: fullScopes, fenceFolderId: folder }),
        "few rights": await client({ scopes: scopesOf({ files: "read", keys: "write" }) }),
        ending: await client({ scopes: fullScopes, expiresAt: new Date(Date.now() + HOUR_MS) }),
        bound: await client({ scopes: fullScopes, allowedAddresses: ["127.0.0.0/8"] }),
        "of another account": stranger.client,
      },
    });
  }

  /** Creates a fresh target, because a call that succeeds cannot be repeated. */
  async target(target: Target): Promise<string> {
    const { services } = this.#server;
    if (target === "absent") return "nosuchkey";
    if (target === "foreign") return (await addKey(this.#server, this.#stranger.account)).id;
    const input = target === "beyond" ? { scopes: keyTemplates.rclone } : this.#within;
    const { id } = await addKey(this.#server, this.#person.account, input);
    if (target === "revoked") await services.keys.revoke("operator", id);
    return id;
  }

  /**
   * Creates a key that all keepers may manage, and through it a key that is within the keepers or became more than they
   * are.
   */
  async maker(created: "within" | "beyond"): Promise<{ maker: string; id: string }> {
    const { keys } = this.#server.services;
    const { account } = this.#person;
    const within = { ...this.#within, scopes: scopesOf({ files: "read", keys: "write" }) };
    const { id: maker, text } = await addKey(this.#server, account, within);
    const actor = await keys.authenticate(text, "127.0.0.1");
    const { key } = await keys.create(actor, account, { ...this.#within, name: "made" });
    if (created === "beyond") {
      const more = { fenceFolderId: undefined, allowedAddresses: [], expiresAt: undefined };
      await keys.change("operator", key.id, { ...more, scopes: keyTemplates.rclone });
    }
    return { maker, id: key.id };
  }

  async isRevoked(id: string): Promise<boolean> {
    const all = await (await this.#server.services.keys.list("operator", this.#person.account)).all();
    return all.find((key) => key.id === id)?.revokedAt !== undefined;
  }

  /** Everything about every key except its last use. */
  async snapshot(): Promise<string> {
    const seen: Partial<ApiKey>[] = [];
    for (const { account } of [this.#person, this.#stranger]) {
      const actor: AccountActor = accountActor({ account, address: "127.0.0.1" });
      for (const { lastUsedAt: _at, lastUsedFrom: _from, ...key } of await (
        await this.#server.services.keys.list(actor, account)
      ).all()) {
        seen.push(key);
      }
    }
    return JSON.stringify(seen);
  }

  /** Revokes the keys the tests have made, because an account may only have a limited number. */
  async clear(): Promise<void> {
    const { keys } = this.#server.services;
    for (const { account } of [this.#person, this.#stranger])
      for (const { id, name } of await (await keys.list("operator", account)).all())
        if (name !== KEEPER) await keys.revoke("operator", id);
  }
}

const bodies: Readonly<Record<Call, (id: string) => object>> = {
  change: (id) => ({ id, name: "changed" }),
  rotate: (id) => ({ id, grace_seconds: 60 }),
  rm: (id) => ({ id }),
};

function expectedOf(keeper: Keeper, target: Target, call: Call): Expected {
  const isVisible = keeper === "of another account" ? target === "foreign" : target !== "foreign";
  if (target === "absent" || !isVisible) return NO_KEY;
  // To a key bound to a folder, keys without a folder or with another folder do not exist.
  if (target === "beyond" && keeper === "fenced") return NO_KEY;
  if (target === "beyond" && keeper !== "full") return SCOPE;
  // Revoking again changes nothing and is not refused.
  return target === "revoked" && call !== "rm" ? [400, 550] : "ok";
}

suite("who may do what with which key", () => {
  const clock = new VirtualClock(new Date(Date.now() + 60_000));
  let server: TestServer;
  let world: PolicyWorld;
  let keys: KeyWorld;

  before(async () => {
    server = await startTestServer({ clock });
    world = await PolicyWorld.build(server);
    keys = await KeyWorld.build(server);
  });
  afterEach(() => keys.clear());
  after(() => server[Symbol.asyncDispose]());

  async function check(expected: Expected, client: ApiClient, call: keyof typeof wire, body: object): Promise<void> {
    const earlier = expected === "ok" ? "" : await keys.snapshot();
    const answer = await client.call(`/x/v1/keys/${call}`, body);
    const what = `${call} ${JSON.stringify(body)}`;
    if (expected === "ok") {
      assertAnswer(wire[call], answer);
      return;
    }
    assertRefusal(answer, ...expected);
    assert.equal(await keys.snapshot(), earlier, `${what} changed something`);
  }

  const wire = {
    ls: endpoints.keysLs,
    add: endpoints.keysAdd,
    change: endpoints.keysChange,
    rotate: endpoints.keysRotate,
    rm: endpoints.keysRm,
  };

  for (const actor of actorNames) {
    test(`${actor}: keys`, async () => {
      const client = world.clients[actor];
      const isOwn = actor === "signed in";
      await check(isOwn || actor === "read-only" ? "ok" : others[actor], client, "ls", {});
      await check(isOwn ? "ok" : others[actor], client, "add", { name: "made" });
      for (const call of calls)
        for (const target of targets) await check(others[actor], client, call, bodies[call](await keys.target(target)));
    });
  }

  for (const keeper of keepers) {
    test(`keeper, ${keeper}: existing keys`, async () => {
      const client = keys.clients[keeper];
      await check("ok", client, "ls", {});
      for (const call of calls) {
        for (const target of targets) {
          const id = await keys.target(target);
          await check(expectedOf(keeper, target, call), client, call, bodies[call](id));
        }
      }
    });

    test(`keeper, ${keeper}: new keys, and keys that would gain rights`, async () => {
      const client = keys.clients[keeper];
      await check("ok", client, "add", { name: "with what nothing was said about" });
      const ofOthers = keeper === "of another account";
      const variants: readonly [Keeper, object][] = [
        ["few rights", { scopes: { files: "write" } }],
        ["few rights", { template: "everything" }],
        ["ending", { expires_at: "never" }],
        ["ending", { expires_at: new Date(Date.now() + 2 * HOUR_MS).toISOString() }],
        ["bound", { addresses: [] }],
        ["bound", { addresses: ["127.0.0.1", "192.0.2.7"] }],
      ];
      for (const [limited, variant] of variants) {
        const expected = keeper === limited ? SCOPE : keeper === "few rights" && "template" in variant ? SCOPE : "ok";
        await check(expected, client, "add", {
          name: "variant",
          scopes: { files: "read" },
          ...withoutScopes(variant),
          ...variant,
        });
        if (ofOthers || "template" in variant) continue;
        const id = await keys.target("within");
        await check(expected, client, "change", { id, ...variant });
      }
      // The root of a fenced key is its folder, so 0 is within. A sibling folder does not exist for it.
      const beside = await keys.target("within");
      if (!ofOthers) await check("ok", client, "change", { id: beside, folder_id: 0 });
    });
  }

  for (const keeper of keepers) {
    test(`keeper, ${keeper}: a key together with the keys it made, which may have gained rights`, async () => {
      const client = keys.clients[keeper];
      const ofOthers = keeper === "of another account";
      for (const created of ["within", "beyond"] as const) {
        const { maker, id } = await keys.maker(created);
        // A key bound to a folder cannot see or end what is outside it.
        const isSeen = created === "within" || keeper !== "fenced";
        const expected = ofOthers ? NO_KEY : isSeen ? expectedOf(keeper, created, "rm") : "ok";
        await check(expected, client, "rm", { id: maker, with_created: 1 });
        assert.equal(await keys.isRevoked(id), expected === "ok" && isSeen);
        if (ofOthers) continue;
        const told = assertAnswer(wire.rm, await client.call("/x/v1/keys/rm", { id: maker }))["created_keys"];
        const expectedIds = isSeen && !(await keys.isRevoked(id)) ? [id] : [];
        assert.deepEqual(
          (told as { id: string }[]).map((key) => key.id),
          expectedIds,
        );
      }
    });
  }

  test("a fenced key is not told of a maker outside its fence", async () => {
    const { fenced, full } = keys.clients;
    const { key } = assertAnswer(
      wire.add,
      await full.call("/x/v1/keys/add", { name: "in", folder_id: keys.inner }),
    ) as {
      key: { id: string; created_by?: string };
    };
    assert.equal(typeof key.created_by, "string");
    const seen = assertAnswer(wire.ls, await fenced.call("/x/v1/keys/ls"))["keys"] as {
      id: string;
      created_by?: string;
    }[];
    assert.ok(seen.some(({ id }) => id === key.id));
    const ids = new Set(seen.map(({ id }) => id));
    for (const { created_by: maker } of seen) assert.ok(maker === undefined || ids.has(maker));
    const changed = assertAnswer(wire.change, await fenced.call("/x/v1/keys/change", { id: key.id, name: "changed" }));
    assert.equal((changed["key"] as { created_by?: string }).created_by, undefined);
  });

  test("a session with its header and our origin manages keys, with a password given in the last ten minutes", async () => {
    const person = await addPerson(server, "signed-in-keeper@example.org");
    const browser = new Browser(server);
    await browser.signIn(person.email, person.password);
    const script = { ...browser.cookieHeader(), "consigne-session": "1", origin: server.url };
    const nobody = new ApiClient(server);
    const ask = (call: keyof typeof wire, headers: Record<string, string>) =>
      nobody.call(
        `/x/v1/keys/${call}`,
        { ...bodies[call === "ls" || call === "add" ? "change" : call](person.keyId), name: "by session" },
        headers,
      );
    for (const call of Object.keys(wire) as (keyof typeof wire)[]) {
      assertRefusal(await ask(call, browser.cookieHeader()), 403, 12);
      assertRefusal(await ask(call, { ...script, origin: "https://evil.example.org" }), 403);
    }
    clock.advance(LATE_MS);
    assertAnswer(wire.ls, await ask("ls", script));
    for (const call of ["add", ...calls] as const) {
      const refused = await ask(call, script);
      assertRefusal(refused, 403, 557);
      assert.match(JSON.stringify(refused.json), /This needs your password: sign in again, then repeat the call/);
    }
    const again = new Browser(server);
    await again.signIn(person.email, person.password);
    const fresh = { ...script, ...again.cookieHeader() };
    for (const call of ["add", "change", "rotate", "rm"] as const) assertAnswer(wire[call], await ask(call, fresh));
  });

  test("a fenced key sees its own root as 0, and makes keys below it", async () => {
    const { fenced, full } = keys.clients;
    const created = assertAnswer(wire.add, await fenced.call("/x/v1/keys/add", { name: "same fence" }));
    assert.equal((created["key"] as Record<string, unknown>)["folder_id"], 0);
    const { id } = created["key"] as { id: string };
    const listed = assertAnswer(wire.ls, await full.call("/x/v1/keys/ls"))["keys"] as Record<string, unknown>[];
    assert.equal(listed.find((key) => key["id"] === id)?.["folder_id"], keys.folder);
    await check("ok", fenced, "change", { id, folder_id: keys.inner });
    // Both get the same refusal, so that nobody can find out which folders exist beyond the fence.
    for (const beyond of [await makeFolder(full, "beside"), 999_999]) {
      await check(SCOPE, fenced, "change", { id, folder_id: beyond });
      await check(SCOPE, fenced, "add", { name: "beyond", folder_id: beyond });
    }
  });
});

const withoutScopes = (variant: object): object => ("template" in variant ? { scopes: undefined } : {});

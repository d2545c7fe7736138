import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { type ApiAnswer, type ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { type ActorName, actorNames, type FolderState, folderStates, PolicyWorld } from "./_policy-world.ts";
import { addPerson, assertRefusal } from "./_wire.ts";

type Expected = "ok" | readonly [status: number, number: number];

const SCOPE = [403, 555] as const;
const NO_ORDER = [404, 469] as const;
const NO_FOLDER = [404, 563] as const;
/** Refused for every request. */
const outcasts: Partial<Record<ActorName, Expected>> = {
  free: [403, 200],
  expired: [403, 93],
  revoked: [403, 93],
  unknown: [403, 93],
  "wrong address": [403, 631],
  locked: [403, 620],
  "signed out": [403, 93],
  "cookie alone": [403, 12],
  nobody: [403, 12],
};
const ofOwner = new Set<ActorName>(["owner", "read-only", "fenced", "signed in"]);

/** Who placed an order. A key bound to a folder sees the orders placed from there. */
const orderers = ["owner", "fenced", "other", "stranger"] as const;
type Orderer = (typeof orderers)[number];

/** Nothing is fetched: a job refuses these addresses immediately. */
const INSIDE = "http://127.0.0.2:1/v1";
const ordering = {
  "/v1/remote/request.cgi": { urls: [INSIDE] },
  "/x/v1/import/add": { source: INSIDE, source_key: "k".repeat(32), path: "/" },
} as const;
type Order = keyof typeof ordering;

const asking: Readonly<Record<Order, readonly { path: string; writes: boolean; takesAnEnd?: true }[]>> = {
  "/v1/remote/request.cgi": [
    { path: "/v1/remote/info.cgi", writes: false },
    { path: "/x/v1/remote/show", writes: false },
    { path: "/x/v1/remote/cancel", writes: true },
    { path: "/x/v1/remote/retry", writes: true, takesAnEnd: true },
    { path: "/x/v1/remote/remove", writes: true, takesAnEnd: true },
  ],
  "/x/v1/import/add": [
    { path: "/x/v1/import/show", writes: false },
    { path: "/x/v1/import/entries", writes: false },
    { path: "/x/v1/import/cancel", writes: true },
    { path: "/x/v1/import/retry", writes: true, takesAnEnd: true },
    { path: "/x/v1/import/remove", writes: true, takesAnEnd: true },
  ],
};
const lists: Readonly<Record<Order, { path: string; list: string }>> = {
  "/v1/remote/request.cgi": { path: "/x/v1/remote/list", list: "requests" },
  "/x/v1/import/add": { path: "/x/v1/import/list", list: "imports" },
};

function sees(actor: ActorName, by: Orderer): boolean {
  if (by === "stranger" || by === "other") return actor === by;
  return ofOwner.has(actor) && (actor !== "fenced" || by === "fenced");
}

function takes(actor: ActorName, state: FolderState): boolean {
  if (!ofOwner.has(actor) || state === "foreign" || state === "owner locked") return false;
  return actor !== "fenced" || state !== "outside fence";
}

suite("who may create remote uploads and imports, and see or cancel them", () => {
  const ordered = new Map<string, number>();
  let server: TestServer;
  let world: PolicyWorld;

  before(async () => {
    server = await startTestServer();
    world = await PolicyWorld.build(server);
    const stranger = (await addPerson(server, "ordering-stranger@example.org")).client;
    for (const order of Object.keys(ordering) as Order[]) {
      for (const by of orderers) {
        const client = by === "stranger" ? stranger : world.clients[by];
        const { status, json, text } = await client.call(order, ordering[order]);
        assert.equal(status, 200, text);
        ordered.set(`${order} ${by}`, idIn(json));
      }
    }
  });
  after(() => server[Symbol.asyncDispose]());

  function check(answer: ApiAnswer, expected: Expected, what: string): void {
    if (expected === "ok") assert.equal(answer.status, 200, `${what}: ${answer.text}`);
    else assertRefusal(answer, ...expected);
  }

  for (const actor of actorNames) {
    for (const order of Object.keys(ordering) as Order[]) {
      const allowed = (writes: boolean, rest: Expected): Expected =>
        outcasts[actor] ?? (actor === "read-only" && writes ? SCOPE : rest);

      test(`${actor}: ${order}`, async () => {
        const client: ApiClient = world.clients[actor];
        for (const by of orderers) {
          const id = ordered.get(`${order} ${by}`);
          for (const { path, writes, takesAnEnd = false } of asking[order]) {
            const expected = allowed(writes, sees(actor, by) ? "ok" : NO_ORDER);
            // Whether it has ended by now depends on its job.
            if (expected === "ok" && takesAnEnd) continue;
            check(await client.call(path, { id }), expected, `${path} ${by}`);
          }
        }
        const { path, list } = lists[order];
        const listed = await client.call(path);
        check(listed, allowed(false, "ok"), path);
        if (listed.status !== 200) return;
        const ids = new Set(((listed.json?.[list] ?? []) as { id: number }[]).map(({ id }) => id));
        assert.deepEqual(
          orderers.filter((by) => ids.has(ordered.get(`${order} ${by}`) ?? 0)),
          orderers.filter((by) => sees(actor, by)),
        );
      });

      test(`${actor}: ${order} into a folder`, async () => {
        for (const state of folderStates) {
          const body = { ...ordering[order], folder_id: world.folder(state) };
          const answer = await world.clients[actor].call(order, body);
          check(answer, allowed(true, takes(actor, state) ? "ok" : NO_FOLDER), `${order} ${state}`);
        }
      });
    }
  }
});

/** The id, alone or within a description. */
function idIn(json: ApiAnswer["json"]): number {
  const { id, import: shown } = (json ?? {}) as { id?: number; import?: { id: number } };
  return id ?? shown?.id ?? assert.fail("no id");
}

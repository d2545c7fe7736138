import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { type Endpoint, endpoints } from "@consigne/contract";
import { type ApiAnswer, startTestServer, type TestServer } from "@consigne/testkit";
import { framed } from "./_batches.ts";
import {
  type ActorName,
  actorNames,
  type FileState,
  fileStates,
  type FolderState,
  folderStates,
  PolicyWorld,
  trashedStates,
} from "./_policy-world.ts";
import { assertRefusal, idOf } from "./_wire.ts";

/** Number and status of a refusal, or "ok". */
type Expected = "ok" | readonly [status: number, number: number];

const NOT_AUTHENTICATED = [403, 12] as const;
const NO_SUCH_USER = [403, 93] as const;
const NOT_ALLOWED = [403, 631] as const;
const OWNER_LOCKED = [403, 620] as const;
const SCOPE = [403, 555] as const;
const PASSWORD_ASKED = [403, 403] as const;
const NO_FILE = [404, 469] as const;
const NO_FOLDER = [404, 563] as const;
const NO_UPLOAD = [404, 570] as const;
const ROOT = [400, 565] as const;

/** Refused for every request. */
const outcasts: Partial<Record<ActorName, Expected>> = {
  expired: NO_SUCH_USER,
  revoked: NO_SUCH_USER,
  unknown: NO_SUCH_USER,
  "wrong address": NOT_ALLOWED,
  locked: OWNER_LOCKED,
  "signed out": NO_SUCH_USER,
};
const ofOwner = new Set<ActorName>(["owner", "read-only", "fenced", "signed in"]);
const unknown = new Set<ActorName>(["nobody", "cookie alone"]);

interface RouteRule {
  writes: boolean;
  /** #236 for get_token, #200 elsewhere, undefined where free accounts are allowed. */
  customerNumber: 200 | 236 | undefined;
}

function byActor(actor: ActorName, rule: RouteRule): Expected {
  if (unknown.has(actor)) return NOT_AUTHENTICATED;
  const outcast = outcasts[actor];
  if (outcast !== undefined) return outcast;
  if (actor === "free" && rule.customerNumber !== undefined) return [403, rule.customerNumber];
  return actor === "read-only" && rule.writes ? SCOPE : "ok";
}

function owns(actor: ActorName, state: FileState): boolean {
  if (state.startsWith("foreign") || state === "owner locked" || !ofOwner.has(actor)) return false;
  return actor !== "fenced" || state.startsWith("in fence");
}

/** What every holder of a link can do: details, bytes, copies. */
function byLink(actor: ActorName, state: FileState): Expected {
  if (state === "owner locked") return OWNER_LOCKED;
  if (owns(actor, state)) return "ok";
  if (state === "acl ip" || state === "acl country") return NOT_ALLOWED;
  if (state === "acl email") return actor === "other" ? "ok" : NOT_ALLOWED;
  if (state === "acl premium") return actor === "free" || actor === "nobody" ? NOT_ALLOWED : "ok";
  return state.endsWith("password") ? PASSWORD_ASKED : "ok";
}

interface FileRoute extends RouteRule {
  path: string;
  by: "link" | "ownership";
  /** `unique` is a different number each time, because a change that changes nothing is refused. */
  body(file: { url: string; folderId: number }, unique: number): object;
  /** A successful call cannot be repeated. */
  consumes?: true;
}

const files: FileRoute[] = [
  { path: "file/info", by: "link", writes: false, customerNumber: 200, body: ({ url }) => ({ url }) },
  { path: "download/get_token", by: "link", writes: false, customerNumber: 236, body: ({ url }) => ({ url }) },
  { path: "/x/v1/manifest/get", by: "link", writes: false, customerNumber: 200, body: ({ url }) => ({ url }) },
  {
    path: "/x/v1/link/add",
    by: "ownership",
    writes: true,
    customerNumber: 200,
    body: ({ url }) => ({ file_id: url }),
  },
  {
    path: "/x/v1/link/list",
    by: "ownership",
    writes: false,
    customerNumber: 200,
    body: ({ url }) => ({ file_id: url }),
  },
  {
    path: "/x/v1/folder/zip",
    by: "ownership",
    writes: false,
    customerNumber: 200,
    body: ({ url }) => ({ file_ids: [url] }),
  },
  { path: "file/cp", by: "link", writes: true, customerNumber: 200, body: ({ url }) => ({ urls: [url] }) },
  {
    path: "file/mv",
    by: "ownership",
    writes: true,
    customerNumber: 200,
    body: ({ url, folderId }) => ({ urls: [url], destination_folder_id: folderId }),
  },
  {
    path: "file/rename",
    by: "ownership",
    writes: true,
    customerNumber: 200,
    body: ({ url }, unique) => ({ urls: [{ url, filename: `renamed ${unique}.bin` }] }),
  },
  {
    path: "file/chattr",
    by: "ownership",
    writes: true,
    customerNumber: 200,
    body: ({ url }) => ({ urls: [url], description: "changed" }),
  },
  {
    path: "file/rm",
    by: "ownership",
    writes: true,
    customerNumber: 200,
    body: ({ url }) => ({ files: [{ url }] }),
    consumes: true,
  },
];

interface FolderRoute extends RouteRule {
  path: string;
  /** Whether the caller's own root is accepted. */
  takesRoot: boolean;
  body(folderId: number, unique: number): object;
  consumes?: true;
}

const folders: FolderRoute[] = [
  {
    path: "folder/ls",
    takesRoot: true,
    writes: false,
    customerNumber: 200,
    body: (id) => ({ folder_id: id, files: 1 }),
  },
  { path: "/x/v1/folder/list", takesRoot: true, writes: false, customerNumber: 200, body: (id) => ({ folder_id: id }) },
  { path: "/x/v1/entry/stat", takesRoot: true, writes: false, customerNumber: 200, body: (id) => ({ folder_id: id }) },
  {
    path: "/x/v1/link/add",
    takesRoot: false,
    writes: true,
    customerNumber: 200,
    body: (id) => ({ folder_id: id }),
  },
  {
    path: "/x/v1/link/list",
    takesRoot: false,
    writes: false,
    customerNumber: 200,
    body: (id) => ({ folder_id: id }),
  },
  {
    path: "/x/v1/share/people",
    takesRoot: false,
    writes: false,
    customerNumber: 200,
    body: (id) => ({ folder_id: id }),
  },
  ...["grant", "revoke"].map((verb) => ({
    path: `/x/v1/share/${verb}`,
    takesRoot: false,
    writes: true,
    customerNumber: 200 as const,
    body: (id: number) => ({ folder_id: id, email: "somebody@example.org" }),
  })),
  {
    path: "/x/v1/folder/zip",
    takesRoot: true,
    writes: false,
    customerNumber: 200,
    body: (id) => ({ folder_ids: [id] }),
  },
  {
    path: "/x/v1/entry/search",
    takesRoot: true,
    writes: false,
    customerNumber: 200,
    body: (id) => ({ folder_id: id, text: "a" }),
  },
  { path: "file/ls", takesRoot: true, writes: false, customerNumber: 200, body: (id) => ({ folder_id: id }) },
  {
    path: "folder/mkdir",
    takesRoot: true,
    writes: true,
    customerNumber: 200,
    body: (id, unique) => ({ folder_id: id, name: `made ${unique}` }),
  },
  {
    path: "folder/mv",
    takesRoot: false,
    writes: true,
    customerNumber: 200,
    body: (id, unique) => ({ folder_id: id, rename: `moved ${unique}` }),
  },
  {
    path: "folder/share",
    takesRoot: false,
    writes: true,
    customerNumber: 200,
    body: (id) => ({ folder_id: id, share: 1 }),
  },
  {
    path: "/x/v1/uploads/create",
    takesRoot: true,
    writes: true,
    customerNumber: undefined,
    body: (id, unique) => ({ folder_id: id, filename: `by parts ${unique}`, size: 1 }),
  },
  {
    path: "folder/rm",
    takesRoot: false,
    writes: true,
    customerNumber: 200,
    body: (id) => ({ folder_id: id }),
    consumes: true,
  },
];

function byFolder(actor: ActorName, state: FolderState, takesRoot: boolean): Expected {
  if (state === "foreign" || state === "owner locked" || !ofOwner.has(actor)) return NO_FOLDER;
  if (actor !== "fenced") return "ok";
  if (state === "fence") return takesRoot ? "ok" : ROOT;
  return state === "in fence" ? "ok" : NO_FOLDER;
}

/** On pages the cookie alone is enough. */
const ofCookie = (actor: ActorName): ActorName => (actor === "cookie alone" ? "signed in" : actor);

const statusOf = (expected: Expected): number => (expected === "ok" ? 200 : expected[0]);

/**
 * The status for callers who get no page there: unknown ones are sent to sign in, and browser forms have no token here.
 */
function inConsole(actor: ActorName, writes: boolean): number | undefined {
  if (writes && ["read-only", "signed in", "signed out"].includes(actor)) return 403;
  if (["nobody", "expired", "revoked", "unknown", "signed out"].includes(actor)) return 303;
  return ["locked", "wrong address", "free"].includes(actor) ? 403 : undefined;
}

const first = (...decisions: (() => Expected)[]): Expected => {
  for (const decide of decisions) {
    const decision = decide();
    if (decision !== "ok") return decision;
  }
  return "ok";
};

/** Calls about files and folders whose answers do not fit this matrix, and the tests that cover them. */
const askedElsewhere: Readonly<Record<string, string>> = {
  "batch.change": "batch-changes.test.ts",
  "import.add": "order-matrix.test.ts",
  "keys.add": "key-matrix.test.ts",
  "keys.change": "key-matrix.test.ts",
  "remote.request": "order-matrix.test.ts",
  "share.leave": "shared-folders.test.ts",
  "user.info": "account.test.ts",
  "version.get_token": "below",
  "version.list": "below",
  "version.remove": "below",
  "version.replace": "below",
  "version.restore": "below",
};
const naming = ["changes", "destination_folder_id", "file_id", "files", "folder_id", "ftp_did", "path", "url", "urls"];

test("every call that names a file or a folder is in this matrix or tested elsewhere", () => {
  const here = new Set([...files, ...folders].map(({ path }) => (path.startsWith("/") ? path : `/v1/${path}.cgi`)));
  const missing = Object.values<Endpoint>(endpoints)
    .filter(({ availability, path }) => availability === "implemented" && !here.has(path))
    .filter(({ request }) => naming.some((name) => name in (request as { properties: object }).properties))
    .map(({ operation }) => operation);
  assert.deepEqual(missing.toSorted(), Object.keys(askedElsewhere));
});

suite("who may do what to which file or folder", () => {
  let server: TestServer;
  let world: PolicyWorld;
  let unique = 0;

  before(async () => {
    server = await startTestServer();
    world = await PolicyWorld.build(server);
  });
  after(() => server[Symbol.asyncDispose]());

  async function check(expected: Expected, what: string, ask: () => Promise<ApiAnswer>): Promise<void> {
    const earlier = expected === "ok" ? "" : await world.snapshot();
    const answer = await ask();
    if (expected === "ok") {
      assert.equal(answer.status, 200, `${what}: ${answer.text}`);
      return;
    }
    assert.equal(answer.status, expected[0], `${what}: ${answer.text}`);
    assertRefusal(answer, ...expected);
    assert.equal(await world.snapshot(), earlier, `${what} changed something`);
  }

  for (const actor of actorNames) {
    for (const route of files) {
      test(`${actor}: ${route.path}`, async () => {
        for (const state of fileStates) {
          const expected =
            route.path === "file/rm" && unknown.has(actor)
              ? NO_FILE
              : first(
                  () => byActor(actor, route),
                  () => (route.by === "link" ? byLink(actor, state) : owns(actor, state) ? "ok" : NO_FILE),
                );
          const file = world.file(state);
          const url = expected === "ok" && route.consumes ? await world.freshFile(state) : file.url;
          const body = route.body({ ...file, url }, unique++);
          await check(expected, `${actor} ${route.path} ${state}`, () => world.clients[actor].call(route.path, body));
        }
      });
    }

    for (const route of folders) {
      test(`${actor}: ${route.path}`, async () => {
        for (const state of folderStates) {
          const expected = first(
            () => byActor(actor, route),
            () => byFolder(actor, state, route.takesRoot),
          );
          const id = expected === "ok" && route.consumes ? await world.freshFolder(state) : world.folder(state);
          const body = route.body(id, unique++);
          await check(expected, `${actor} ${route.path} ${state}`, () => world.clients[actor].call(route.path, body));
        }
      });
    }

    test(`${actor}: user/info, reading and writing`, async () => {
      const rule = { customerNumber: undefined };
      const client = world.clients[actor];
      await check(byActor(actor, { ...rule, writes: false }), `${actor} reads`, () => client.call("user/info"));
      const write = { page_limit: 10 + actorNames.indexOf(actor) };
      await check(byActor(actor, { ...rule, writes: true }), `${actor} writes`, () => client.call("user/info", write));
    });

    test(`${actor}: the trash`, async () => {
      const client = world.clients[actor];
      const rule = { customerNumber: 200 } as const;
      const reads = byActor(actor, { ...rule, writes: false });
      const writes = byActor(actor, { ...rule, writes: true });
      await check(reads, `${actor} lists the trash`, () => client.call("/x/v1/trash/list"));
      for (const state of trashedStates) {
        const owned = await world.trashed(state);
        const body = { ids: [owned.id] };
        await check(writes, `${actor} trash/restore ${state}`, () => client.call("/x/v1/trash/restore", body));
        const isTheirs = writes === "ok" && owns(actor, state);
        assert.equal(await owned.isThere(), !isTheirs, `${actor} restores ${state}`);
        const other = await world.trashed(state);
        const remove = { ids: [other.id] };
        await check(writes, `${actor} trash/remove ${state}`, () => client.call("/x/v1/trash/remove", remove));
        assert.equal(await other.isThere(), !isTheirs, `${actor} removes ${state}`);
      }
      await check(writes, `${actor} trash/retention`, () => client.call("/x/v1/trash/retention", {}));
    });

    test(`${actor}: versions`, async () => {
      const client = world.clients[actor];
      const rule = { customerNumber: 200 } as const;
      const reads = byActor(actor, { ...rule, writes: false });
      const writes = byActor(actor, { ...rule, writes: true });
      for (const state of trashedStates) {
        const file = await world.replaced(state);
        const asked = { file_id: file.url, id: file.versionId };
        const expected = (by: Expected): Expected =>
          first(
            () => by,
            () => (owns(actor, state) ? "ok" : NO_FILE),
          );
        const ask = (call: string, body: object) => () => client.call(`/x/v1/version/${call}`, body);
        await check(expected(reads), `${actor} version/list ${state}`, ask("list", { file_id: file.url }));
        await check(expected(reads), `${actor} version/get_token ${state}`, ask("get_token", asked));
        const files = [{ file_id: file.url, replacement_id: await world.freshFile(state) }];
        await check(writes, `${actor} version/replace ${state}`, ask("replace", { files }));
        const isTheirs = writes === "ok" && owns(actor, state);
        assert.equal(await file.count(), isTheirs ? 2 : 1, `${actor} replaces ${state}`);
        await check(expected(writes), `${actor} version/restore ${state}`, ask("restore", asked));
        await check(expected(writes), `${actor} version/remove ${state}`, ask("remove", { file_id: file.url, all: 1 }));
        assert.equal(await file.count(), isTheirs ? 0 : 1, `${actor} removes versions ${state}`);
      }
      await check(writes, `${actor} version/retention`, () => client.call("/x/v1/version/retention", {}));
    });

    test(`${actor}: upload`, async () => {
      const expected = byActor(actor, { writes: true, customerNumber: undefined });
      const ask = async () => {
        const form = new FormData();
        form.append("file[]", new Blob(["uploaded"]), "uploaded.bin");
        const init = { method: "POST", body: form, headers: { JSON: "1" } };
        const answer = await world.clients[actor].request("/upload.cgi", init);
        return answer.status === 302 ? { ...answer, status: 200 } : answer;
      };
      await check(expected, `${actor} upload`, ask);
    });

    test(`${actor}: a batch of files`, async () => {
      for (const state of folderStates) {
        const expected = first(
          () => byActor(actor, { writes: true, customerNumber: undefined }),
          () => byFolder(actor, state, true),
        );
        const body = new Uint8Array(framed({ path: `batch ${unique++}/a`, bytes: "a" }));
        const ask = async () => {
          const path = `/x/v1/batch?folder_id=${world.folder(state)}`;
          const answer = await world.clients[actor].request(path, { method: "POST", body });
          if (answer.status === 200) assert.match(answer.text, /"outcome":"stored"/);
          return answer;
        };
        await check(expected, `${actor} batch ${state}`, ask);
      }
    });

    test(`${actor}: an upload into a folder of somebody else goes to their own root`, async () => {
      if (byActor(actor, { writes: true, customerNumber: undefined }) !== "ok") return;
      for (const state of folderStates) {
        const fields = { did: String(world.folder(state)) };
        const client = world.clients[actor];
        const [link] = await client.upload({ [`into-${actor}`]: "x" }, fields);
        if (actor === "free") continue;
        const lands = byFolder(actor, state, true) === "ok" && !(actor === "fenced" && state === "fence");
        const { folder_id } = await client.ok("file/info", { url: link?.download });
        assert.equal(folder_id, lands ? world.folder(state) : 0, state);
      }
    });

    test(`${actor}: a tus upload is accepted where one in parts is, and nobody else can continue it`, async () => {
      const client = world.clients[actor];
      const uploads = byActor(actor, { writes: true, customerNumber: undefined });
      const tus = { "tus-resumable": "1.0.0" };
      const named = `filename ${Buffer.from(`by tus ${unique++}`).toString("base64")}`;
      for (const state of folderStates) {
        const expected = first(
          () => uploads,
          () => byFolder(actor, state, true),
        );
        const folder = Buffer.from(String(world.folder(state))).toString("base64");
        const headers = { ...tus, "upload-length": "1", "upload-metadata": `${named},folder_id ${folder}` };
        await check(expected, `${actor} tus ${state}`, async () => {
          const answer = await client.request("/x/v1/tus", { method: "POST", headers });
          return answer.status === 201 ? { ...answer, status: 200 } : answer;
        });
      }
      const path = `/x/v1/tus/${world.begunByTus}`;
      const body = { "content-type": "application/offset+octet-stream", "upload-offset": "0" };
      const isTheirs = actor === "owner" || actor === "signed in";
      const reached = isTheirs ? "ok" : uploads === "ok" ? NO_UPLOAD : uploads;
      const asked = async (method: "PATCH" | "DELETE") => {
        const init = method === "PATCH" ? { method, headers: { ...tus, ...body }, body: "" } : { method, headers: tus };
        return client.request(path, init);
      };
      if (reached === "ok") assert.equal((await asked("PATCH")).status, 204);
      else
        for (const method of ["PATCH", "DELETE"] as const)
          await check(reached, `${actor} ${method}`, () => asked(method));
    });

    test(`${actor}: the console pages, called by programs`, async () => {
      const form = { "content-type": "application/x-www-form-urlencoded" };
      const ask = async (expected: number, call: string, body?: string) => {
        const earlier = expected === 200 ? "" : await world.snapshot();
        const init = body === undefined ? {} : { method: "POST", headers: form, body };
        const answer = await world.clients[actor].request(`/console/${call}`, init);
        assert.equal(answer.status, expected, `${actor} ${call} ${body}: ${answer.text}`);
        if (expected !== 200)
          assert.equal(await world.snapshot(), earlier, `${actor} ${call} ${body} changed something`);
      };
      for (const state of folderStates) {
        const expected = inConsole(actor, true) ?? statusOf(byFolder(ofCookie(actor), state, true));
        await ask(expected, "mkdir.pl", `mkdir=console+${unique++}&dir_id=${world.folder(state)}`);
      }
      for (const state of fileStates) {
        const id = idOf(world.file(state).url);
        const mine = owns(ofCookie(actor), state) ? 200 : 404;
        await ask(inConsole(actor, false) ?? mine, `link.pl?selected[]=C_0_${id}`);
        await ask(inConsole(actor, true) ?? mine, "frename.pl", `file=C_0_${id}&newname=console+${unique++}.bin`);
      }
    });

    test(`${actor}: a link's page`, async () => {
      const isCustomer = ["owner", "read-only", "fenced", "other", "signed in", "cookie alone"].includes(actor);
      const isNobody = ["expired", "revoked", "unknown", "signed out"].includes(actor);
      // Pages accept the cookie.
      const asNobody = isNobody ? "nobody" : actor === "cookie alone" ? "signed in" : actor;
      for (const state of fileStates) {
        const answer = await world.clients[actor].request(`/?${idOf(world.file(state).url)}`);
        const outcast = asNobody === "nobody" ? "ok" : (outcasts[actor] ?? "ok");
        const expected = first(
          () => (state === "owner locked" ? OWNER_LOCKED : outcast),
          () => byLink(asNobody, state),
        );
        const what = `${actor} page ${state}: ${answer.status}`;
        if (expected === PASSWORD_ASKED) {
          assert.equal(answer.status, 200, what);
          assert.match(answer.text, /name="pass"/);
          assert.doesNotMatch(answer.text, /\.bin/);
        } else if (expected === "ok") {
          assert.equal(answer.status, isCustomer ? 302 : 200, what);
        } else {
          assert.equal(answer.status, 403, what);
          assert.doesNotMatch(answer.text, /\.bin/);
        }
      }
    });
  }
});

import { parseFileLink, type WireErrorName } from "@consigne/contract";
import { setTimeout as sleep } from "node:timers/promises";
import {
  BlobStoreError,
  fullScopes,
  MOST_WORKING_KEYS,
  type Ports,
  ImportSourceError,
  SourceError,
  type StorageRoom,
} from "@consigne/core";
import { sampleApiKey } from "@consigne/core/testing";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import {
  adminCalls,
  callsOfInvitations,
  callsOfLetters,
  callsOfSession,
  ownCalls,
  type RefusedCall,
} from "./_signed-in-calls.ts";
import { begin, put } from "./_parts.ts";
import { addKey, addPerson, bearer, makeFolder, uploadOne } from "./_wire.ts";

/** By refusal, then by operation. */
export type RefusedCalls = Partial<Record<WireErrorName, Readonly<Record<string, RefusedCall>>>>;

const DEEPEST_LEVEL = 100;
const absent = "https://1fichier.com/?abcdefghij0123456789";
/** Few enough characters, but too many bytes. */
const badName = "é".repeat(600);
const aboutRemote: Readonly<Record<string, object>> = {
  "remote.info": { id: 999_999 },
  "remote.show": { id: 999_999 },
  "remote.cancel": { id: 999_999 },
  "remote.retry": { id: 999_999 },
  "remote.remove": { id: 999_999 },
  "import.show": { id: 999_999 },
  "import.entries": { id: 999_999 },
  "import.cancel": { id: 999_999 },
  "import.retry": { id: 999_999 },
  "import.remove": { id: 999_999 },
};
const askedFor = { urls: ["https://example.org/a.bin"] };
const byParts = { filename: "a.bin", size: 1 };
const imported = { source: "https://example.org/v1", source_key: "k".repeat(32), path: "/" };
const changes = (link: string, folder: number, name: string): Readonly<Record<string, object>> => ({
  "file.mv": { urls: [link], destination_folder_id: folder },
  "file.rename": { urls: [{ url: link, filename: name }] },
  "file.cp": { urls: [link], folder_id: 0, rename: name },
  "file.chattr": { urls: [link], description: name },
  "batch.change": { changes: [{ file_id: link, name }] },
  "folder.mkdir": { folder_id: 0, name },
  "folder.share": { folder_id: folder, share: 1 },
  "folder.mv": { folder_id: folder, rename: name },
  "user.info": { ftp_did: folder },
});

/** A call for each refusal that depends on the request, on servers started for it. */
export async function openRefusedCalls(
  server: TestServer,
  ports: Ports,
): Promise<{ calls: RefusedCalls } & AsyncDisposable> {
  await using opened = new AsyncDisposableStack();
  const silent = new BlobStoreError("unavailable", "a fault of the test");
  const ofUploads = await callsOfUploads(opened);
  const calls: RefusedCalls = {
    ...(await callsOn(server, ports)),
    storageFull: await callsWithRoom(opened, () => roomOf(0)),
    storageUnavailable: await callsWithRoom(opened, () => Promise.reject(silent)),
    quota: { ...(await callsOverQuota(opened)), ...ofUploads.quota },
    tooManyRemoteUploads: await callsOfWaiting(opened),
    fileTooLarge: ofUploads.fileTooLarge,
    tooManyUploads: ofUploads.tooManyUploads,
  };
  const kept = opened.move();
  return { calls, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function callsOn(server: TestServer, ports: Ports): Promise<RefusedCalls> {
  const owner = new ApiClient(server, server.apiKey);
  const { account, client: theirs } = await addPerson(server, "stranger@example.org");
  const elsewhere = await addKey(server, account, { scopes: fullScopes, allowedAddresses: ["203.0.113.7"] });
  const keeper = await addPerson(server, "keeper@example.org", { key: { scopes: fullScopes } });
  const crowded = await addPerson(server, "crowded@example.org", { key: { scopes: fullScopes } });
  for (let created = 1; created < MOST_WORKING_KEYS; created++) await addKey(server, crowded.account);
  const over = sampleApiKey(crowded.account.id, { expiresAt: new Date(Date.now() - 60_000) });
  await ports.database.apiKeys.create(over);
  const link = await uploadOne(owner);
  const damaged = await uploadOne(owner, "damaged.bin", "bytes that rot");
  for (const blob of await ports.database.blobs.listPage(undefined, 100))
    if (blob.sizeBytes === 14) await ports.database.blobs.setDamaged(blob.id, blob.key, new Date());
  const blocked = await uploadOne(owner, "blocked.bin", "bytes that nobody is to have");
  await server.services.contentBlocks.block("operator", parseFileLink(blocked)?.id ?? "", "");
  const guarded = await uploadOne(theirs, "guarded.bin", "hello", { dpass: "open sesame" });
  const closed = await uploadOne(theirs, "closed.bin");
  await theirs.ok("file/chattr", { urls: [closed], acl: { ip: ["203.0.113.7"] } });
  const [full, taken, folder] = [
    await makeFolder(owner, "full"),
    await makeFolder(owner, "taken"),
    await makeFolder(owner, "folder"),
  ];
  const inner = await makeFolder(owner, "inner", full);
  const { id: deepest } = await server.seed.folder("/deep".repeat(DEEPEST_LEVEL));

  const asked = (bodies: Readonly<Record<string, object>>, key = server.apiKey) => askedAs(key, server.url, bodies);
  const fetching = (url: string, pass?: string) => ({
    "download.get_token": { url, pass },
    "manifest.get": { url, pass },
    "file.info": { url, pass },
    "file.cp": { urls: [url], folder_id: 0, pass },
  });
  const aboutKeys = (id: string): Readonly<Record<string, object>> => ({
    "keys.change": { id, name: "x" },
    "keys.rotate": { id, grace_seconds: 60 },
    "keys.rm": { id },
  });
  const noKey = aboutKeys("nosuchkey");
  const administrator = await callsOfSession(server, server);
  const invite = async (email: string) =>
    (await server.services.invitations.invite("operator", { email, planId: "free" })).id;
  const inviteExisting = async () => {
    const id = await invite("joined@example.org");
    await addPerson(server, "joined@example.org");
    return id;
  };
  const signedIn = await callsOfSession(server, await addPerson(server, "signed-in@example.org"));
  return {
    resourceNotFound: {
      ...asked(noKey, keeper.key),
      ...signedIn({ "session.rm": { id: "nosuchsession" } }),
      ...administrator(adminCalls),
      ...asked(aboutRemote),
      ...asked({
        "file.info": { url: absent },
        "entry.stat": { file_id: absent },
        "folder.zip": { file_ids: [absent] },
        "link.add": { file_id: absent },
        "link.list": { file_id: absent },
        "link.change": { id: absent, enabled: 0 },
        "link.remove": { id: absent },
        "version.list": { file_id: absent },
        "version.restore": { file_id: absent, id: 1 },
        "version.remove": { file_id: absent, all: 1 },
        "version.get_token": { file_id: absent, id: 1 },
        "file.rm": { files: [{ url: absent }] },
        "file.mv": { urls: [absent], destination_folder_id: 0 },
        "file.rename": { urls: [{ url: absent, filename: "x" }] },
        "file.cp": { urls: [absent], folder_id: 0 },
        "file.chattr": { urls: [absent], description: "x" },
        "download.get_token": { url: absent },
        "manifest.get": { url: absent },
      }),
    },
    tooManyKeys: asked(
      {
        ...aboutKeys(crowded.keyId),
        "keys.add": { name: "x" },
        "keys.change": { id: over.id, expires_at: "never" },
      },
      crowded.key,
    ),
    folderNotFound: {
      ...asked(
        {
          "keys.add": { name: "x", folder_id: 999_999 },
          "keys.change": { id: keeper.keyId, folder_id: 999_999 },
        },
        keeper.key,
      ),
      ...asked({
        "user.info": { ftp_did: 999_999 },
        "remote.request": { ...askedFor, folder_id: 999_999 },
        "import.add": { ...imported, folder_id: 999_999 },
        "file.ls": { folder_id: 999_999 },
        "uploads.create": { folder_id: 999_999, ...byParts },
        "uploads.complete": { id: await uploadWithoutFolder(owner, server) },
        "file.mv": { urls: [link], destination_folder_id: 999_999 },
        "file.info": { folder_id: 999_999, filename: "x" },
        "file.cp": { urls: [link], folder_id: 999_999 },
        "download.get_token": { folder_id: 999_999, filename: "x" },
        "manifest.get": { folder_id: 999_999, filename: "x" },
        "folder.ls": { folder_id: 999_999 },
        "folder.list": { folder_id: 999_999 },
        "folder.zip": { folder_ids: [999_999] },
        "link.add": { folder_id: 999_999 },
        "link.list": { folder_id: 999_999 },
        "share.people": { folder_id: 999_999 },
        "share.grant": { folder_id: 999_999, email: "ann@example.org" },
        "share.revoke": { folder_id: 999_999, email: "ann@example.org" },
        "share.leave": { folder_id: 999_999 },
        "entry.stat": { folder_id: 999_999 },
        "entry.search": { folder_id: 999_999, text: "x" },
        "folder.mkdir": { folder_id: 999_999, name: "x" },
        "folder.mv": { folder_id: 999_999, rename: "x" },
        "folder.rm": { folder_id: 999_999 },
        "folder.share": { folder_id: 999_999, share: 1 },
      }),
    },
    // By the access list of a file if a call may name somebody else's, by that of the key elsewhere.
    resourceNotAllowed: {
      ...asked({ ...noKey, "keys.ls": {}, "keys.add": { name: "x" } }, elsewhere.text),
      ...asked({ ...aboutRemote, "remote.ls": {}, "remote.list": {}, "remote.request": askedFor }, elsewhere.text),
      ...asked({ "import.list": {}, "import.add": imported }, elsewhere.text),
      ...asked({ ...ownCalls, ...adminCalls }, elsewhere.text),
      ...asked(
        {
          "file.ls": {},
          "uploads.create": byParts,
          "uploads.list": {},
          "uploads.parts": { id: absent },
          "uploads.complete": { id: absent },
          "uploads.abort": { id: absent },
          "folder.ls": {},
          "folder.list": {},
          "folder.zip": { folder_ids: [0] },
          "link.add": { file_id: link },
          "link.list": { file_id: link },
          "share.people": { folder_id: folder },
          "share.grant": { folder_id: folder, email: "ann@example.org" },
          "share.revoke": { folder_id: folder, email: "ann@example.org" },
          "share.received": {},
          "share.leave": { folder_id: folder },
          "link.change": { id: absent, enabled: 0 },
          "link.remove": { id: absent },
          "entry.stat": {},
          "entry.search": { text: "x" },
          "folder.rm": { folder_id: 1 },
          "trash.list": {},
          "trash.restore": { ids: [1] },
          "trash.remove": { ids: [1] },
          "trash.retention": { days: 1 },
          "version.list": { file_id: link },
          "version.replace": { files: [{ file_id: link, replacement_id: link }] },
          "version.restore": { file_id: link, id: 1 },
          "version.remove": { file_id: link, all: 1 },
          "version.get_token": { file_id: link, id: 1 },
          "version.retention": { days: 1 },
          "account.change": { default_domain: 1 },
        },
        elsewhere.text,
      ),
      ...asked({ "file.rm": { files: [{ url: link }] } }, elsewhere.text),
      ...asked(changes(link, folder, "x"), elsewhere.text),
      ...asked(fetching(closed)),
    },
    uploadNotFound: asked({
      "uploads.parts": { id: absent },
      "uploads.complete": { id: absent },
      "uploads.abort": { id: absent },
    }),
    uploadInProgress: asked({ "uploads.complete": { id: (await begin(owner, 10)).id } }),
    passwordNotProvided: asked(fetching(guarded)),
    invalidPassword: {
      ...asked(fetching(guarded, "wrong word")),
      ...signedIn({ "account.verify": { password: "wrong word" } }),
    },
    weakPassword: signedIn({ "account.password": { new_password: "password" } }),
    lastAdministrator: administrator({ "account.contents": {}, "account.delete": { email: server.email } }),
    badEmail: {
      ...signedIn({ "account.email": { email: "nowhere" } }),
      ...administrator({ "admin.invitation.add": { email: "nowhere" } }),
    },
    tooManyEmails: {
      ...(await callsOfLetters(signedIn)),
      ...(await callsOfInvitations(administrator, invite)),
    },
    accountExists: administrator({
      "admin.invitation.add": { email: server.email },
      "admin.invitation.resend": { id: await inviteExisting() },
    }),
    fileArriving: asked(fetching((await begin(owner, 10, { link: 1 })).url ?? "")),
    fileBlocked: asked(fetching(blocked)),
    fileDamaged: asked(fetching(damaged)),
    badName: {
      ...asked({ "keys.add": { name: "a\nb" }, "keys.change": { id: keeper.keyId, name: "a\nb" } }, keeper.key),
      ...asked({
        ...changes(link, folder, badName),
        "uploads.create": { ...byParts, filename: badName },
        "file.mv": { urls: [link], destination_folder_id: folder, rename: badName },
        "file.chattr": { urls: [link], filename: badName },
      }),
    },
    noFileRenamed: asked({ "file.rename": { urls: [{ url: link, filename: "a.bin" }] } }),
    folderExists: asked({
      "folder.mkdir": { folder_id: 0, name: "taken" },
      "folder.mv": { folder_id: folder, rename: "taken" },
    }),
    folderCycle: asked({ "folder.mv": { folder_id: full, destination_folder_id: inner } }),
    folderTooDeep: asked({
      "folder.mkdir": { folder_id: deepest, name: "deeper" },
      "folder.mv": { folder_id: taken, destination_folder_id: deepest },
    }),
    folderNotEmpty: asked({ "folder.rm": { folder_id: full } }),
    rootFolderProtected: asked({
      "folder.share": { folder_id: 0, share: 1 },
      "link.add": { folder_id: 0 },
      "link.list": { folder_id: 0 },
      "share.people": { folder_id: 0 },
      "share.grant": { folder_id: 0, email: "ann@example.org" },
      "share.revoke": { folder_id: 0, email: "ann@example.org" },
      "folder.mv": { folder_id: 0, rename: "x" },
      "folder.rm": { folder_id: 0 },
    }),
  };
}

const roomOf = async (freeBytes: number): Promise<StorageRoom> => ({
  freeBytes,
  totalBytes: 1e9,
  freeFiles: undefined,
  totalFiles: undefined,
});

/** On a server that finds this much space from now on. */
async function callsWithRoom(
  opened: AsyncDisposableStack,
  found: () => Promise<StorageRoom>,
): Promise<Readonly<Record<string, RefusedCall>>> {
  let room = () => roomOf(1e6);
  let lost = false;
  const server = opened.use(
    await startTestServer({
      settings: { CONSIGNE_MIN_FREE_BYTES: "1" },
      replacePorts: (ports) => {
        ports.blobs.room = () => room();
        const completeParts = ports.blobs.completeParts.bind(ports.blobs);
        ports.blobs.completeParts = (...input) =>
          lost ? Promise.reject(new BlobStoreError("unavailable", "of the test")) : completeParts(...input);
        return ports;
      },
    }),
  );
  const folder = await server.seed.folder("/folder");
  // After this file, so little space is left that the disk is checked again before the next row.
  const unfinished = await begin(new ApiClient(server, server.apiKey), 1);
  await put(server, server.apiKey, { id: unfinished.id, number: 1, bytes: Buffer.from("a") });
  lost = true;
  room = () => roomOf(6);
  const link = await uploadOne(new ApiClient(server, server.apiKey));
  room = found;
  return askedAs(server.apiKey, server.url, {
    ...changes(link, folder.id, "x"),
    "uploads.create": byParts,
    "uploads.complete": { id: unfinished.id },
    "link.add": { file_id: link },
    "share.grant": { folder_id: folder.id, email: "ann@example.org" },
    "trash.restore": { ids: [1] },
    "trash.retention": { days: 1 },
    "version.replace": { files: [{ file_id: link, replacement_id: link }] },
    "version.restore": { file_id: link, id: 1 },
    "version.retention": { days: 1 },
    "account.change": { default_domain: 1 },
    "remote.request": askedFor,
    "remote.retry": { id: 999_999 },
    "remote.remove": { id: 999_999 },
    "import.add": imported,
    "import.retry": { id: 999_999 },
  });
}

/** On a server where an account may have only one file. */
async function callsOverQuota(opened: AsyncDisposableStack): Promise<Readonly<Record<string, RefusedCall>>> {
  const server = opened.use(await startTestServer({ settings: { CONSIGNE_MAX_ENTRIES_PER_ACCOUNT: "1" } }));
  const link = await uploadOne(new ApiClient(server, server.apiKey));
  return askedAs(server.apiKey, server.url, {
    "file.cp": { urls: [link], folder_id: 0 },
    "folder.mkdir": { folder_id: 0, name: "x" },
  });
}

async function uploadWithoutFolder(owner: ApiClient, server: TestServer): Promise<string> {
  const folder = await makeFolder(owner, "of an upload");
  const { id } = await begin(owner, 1, { folder_id: folder });
  await put(server, server.apiKey, { id, number: 1, bytes: Buffer.from("a") });
  await owner.ok("folder/rm", { folder_id: folder });
  return id;
}

/** For accounts whose quota, plan or number of uploads is exceeded. */
async function callsOfUploads(
  opened: AsyncDisposableStack,
): Promise<Pick<RefusedCalls, "fileTooLarge" | "quota" | "tooManyUploads">> {
  const server = opened.use(await startTestServer({ settings: { CONSIGNE_MAX_FILE_BYTES: "100" } }));
  const [full, crowded] = [await addPerson(server, "full@example.org"), await addPerson(server, "crowded@example.org")];
  for (let count = 0; count < 500; count++) await begin(crowded.client, 1);
  const { id } = await begin(full.client, 1);
  await put(server, full.key, { id, number: 1, bytes: Buffer.from("a") });
  await server.services.accounts.setQuota("operator", full.account, 0);
  return {
    fileTooLarge: askedAs(server.apiKey, server.url, { "uploads.create": { ...byParts, size: 101 } }),
    quota: askedAs(full.key, server.url, { "uploads.create": byParts, "uploads.complete": { id } }),
    tooManyUploads: askedAs(crowded.key, server.url, { "uploads.create": byParts }),
  };
}

/** On a server where one address per account may wait, and does. */
async function callsOfWaiting(opened: AsyncDisposableStack): Promise<Readonly<Record<string, RefusedCall>>> {
  const server = opened.use(
    await startTestServer({
      settings: { CONSIGNE_REMOTE_WAITING: "1" },
      replacePorts: (ports) => ({
        ...ports,
        importSources: {
          open: async () => {
            throw new ImportSourceError("locked", { code: "text", text: "For a day." }, { retryAfterMs: 86_400_000 });
          },
        },
        sources: {
          open: async ({ url }, signal) => {
            if (url.endsWith("gone"))
              throw new SourceError("refused", { code: "text", text: "It is gone." }, { isFinal: true });
            await sleep(3_600_000, undefined, { signal });
            throw new Error("It was waited for too long.");
          },
        },
      }),
    }),
  );
  const owner = new ApiClient(server, server.apiKey);
  const { id } = await owner.ok("remote/request", { urls: ["https://example.org/gone"] });
  while ((await owner.ok("remote/info", { id }))["execution_date"] === "") await sleep(20);
  await owner.ok("remote/request", { urls: ["https://example.org/waits"] });
  const ended = (await owner.ok("/x/v1/import/add", imported))["import"] as { id: number };
  await owner.ok("/x/v1/import/cancel", { id: ended.id });
  const stateNow = async () => (await owner.ok("/x/v1/import/show", { id: ended.id }))["import"] as { state: string };
  while ((await stateNow()).state !== "cancelled") await sleep(20);
  for (let count = 0; count < 10; count++) await owner.call("/x/v1/import/add", imported);
  return askedAs(server.apiKey, server.url, {
    "remote.request": askedFor,
    "remote.retry": { id },
    "import.add": imported,
    "import.retry": { id: ended.id, source_key: "k".repeat(32) },
  });
}

function askedAs(key: string, url: string, bodies: Readonly<Record<string, object>>): Record<string, RefusedCall> {
  const headers = bearer(key);
  return Object.fromEntries(Object.entries(bodies).map(([operation, body]) => [operation, { url, headers, body }]));
}

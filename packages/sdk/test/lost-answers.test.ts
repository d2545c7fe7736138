import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import type { EndpointName } from "@consigne/contract";
import { ApiClient, fault, type FaultyServer, startFaultyServer } from "@consigne/testkit";
import { operations } from "../src/calls/operations.ts";
import { type Client, createClient } from "../src/client.ts";

/** They change nothing, or create a short-lived address, so a second one does no harm. */
const readers: readonly EndpointName[] = [
  "downloadGetToken",
  "uploadGetUploadServer",
  "fileLs",
  "fileInfo",
  "fileScan",
  "folderLs",
  "folderList",
  "entryStat",
  "entrySearch",
  "linkList",
  "sharePeople",
  "shareReceived",
  "folderZip",
  "trashList",
  "uploadsList",
  "uploadsParts",
  "manifestGet",
  "versionList",
  "versionGetToken",
  "userInfo",
  "remoteLs",
  "remoteInfo",
  "remoteList",
  "remoteShow",
  "importList",
  "importShow",
  "importEntries",
  "ftpUsersLs",
  "vouchersLs",
  "vouchersCheck",
  "keysLs",
  "accountShow",
  "accountExport",
  "accountContents",
  "sessionLs",
  "adminShow",
  "adminUserLs",
  "adminKeyLs",
  "adminLockLs",
  "adminJobLs",
  "adminJobShow",
  "adminSettings",
  "adminInvitationLs",
  "activityList",
];
/** Tested elsewhere: the server has no FTP yet, and `parted-uploads.test.ts` completes twice. */
const elsewhere: readonly EndpointName[] = ["ftpProcess", "ftpUsersRm", "uploadsComplete"];
const OTHER = "b@example.org";
const REFUSED_SOURCE = "http://127.0.0.1:9/a/";

describe("a call whose answer is lost is repeated, and returns what the lost answer said", () => {
  let server: FaultyServer;
  let client: Client;
  let api: ApiClient;
  /** Signed in, as in a browser. */
  let person: Client;
  before(async () => {
    server = await startFaultyServer({ storage: "memory" });
    await server.services.accounts.create("operator", {
      email: OTHER,
      password: "a long password",
      planId: "unlimited",
    });
    client = createClient({ url: server.url, apiKey: server.apiKey, pacing: "off" });
    api = new ApiClient(server, server.apiKey);
    person = await signedIn();
    await client.about();
  });
  after(() => server[Symbol.asyncDispose]());
  afterEach(() => server.faults.clear());

  async function signedIn(): Promise<Client> {
    const body = new URLSearchParams({ mail: server.email, pass: server.password });
    const { headers } = await fetch(`${server.url}/login.pl`, { method: "POST", body, redirect: "manual" });
    const cookie = headers
      .getSetCookie()
      .map((each) => each.split(";")[0])
      .join("; ");
    const own = { cookie, "consigne-session": "1", origin: server.url };
    const fetchAsPage: typeof fetch = (url, init) =>
      fetch(url, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...own } });
    const page = createClient({ url: server.url, pacing: "off", fetch: fetchAsPage });
    await page.account.show();
    return page;
  }

  let created = 0;
  const folder = async (parentId = 0) => (await client.folders.create(`folder ${created++}`, { parentId })).id;
  const file = async (folderId = 0) => {
    const [link] = await api.upload({ [`${created}.bin`]: `content ${created++}` }, { did: String(folderId) });
    return link?.download ?? "";
  };
  const idOf = (url: string) => url.slice(url.indexOf("?") + 1);
  const removed = async (url: string) =>
    (await client.entries.change([{ fileId: idOf(url), remove: true }]))[0]?.trashId ?? 0;
  const isGone = (call: Promise<unknown>) => assert.rejects(call, { name: "NotFoundError" });

  /** Loses the answer to the first matching call and asserts that it was made twice. */
  async function losing<Result>(name: EndpointName, act: () => Promise<Result>): Promise<Result> {
    server.requests.clear();
    const path = `/${operations[name].operation.replaceAll(".", "/")}`;
    const isIt = ({ target }: { target: string }) => target.replace(/\.cgi$/, "").endsWith(path);
    server.faults.add(isIt, fault.cutBeforeAnswer());
    const result = await act();
    assert.equal(server.requests.count(isIt), 2);
    return result;
  }

  const writers: Partial<Record<EndpointName, () => Promise<unknown>>> = {
    fileRm: async () => {
      const url = await file();
      assert.equal(await losing("fileRm", () => client.files.remove([url])), 1);
      await isGone(client.files.info(url));
    },
    fileMv: async () => {
      const [url, toFolderId] = [await file(), await folder()];
      assert.equal(await losing("fileMv", () => client.files.move([url], { toFolderId })), 1);
      assert.equal(await losing("fileMv", () => client.files.move([url], { toFolderId, name: "moved.bin" })), 1);
      assert.equal((await client.files.info(url)).name, "moved.bin");
    },
    fileRename: async () => {
      const url = await file();
      assert.equal(await losing("fileRename", () => client.files.rename([{ url, name: "new.bin" }])), 1);
      assert.equal((await client.files.info(url)).name, "new.bin");
    },
    fileChattr: async () => {
      const url = await file();
      await losing("fileChattr", () => client.files.setAttributes([url], { description: "kept" }));
      assert.equal((await client.files.info(url)).description, "kept");
    },
    folderShare: async () => {
      const id = await folder();
      const url = await losing("folderShare", () => client.shares.publish(id));
      assert.equal(await client.shares.publish(id), url, "one page, not two");
      await losing("folderShare", () => client.shares.withdraw(id));
    },
    folderMv: async () => {
      const [id, toFolderId] = [await folder(), await folder()];
      await losing("folderMv", () => client.folders.move(id, { toFolderId, name: "moved" }));
      assert.equal((await client.folders.get(toFolderId)).folders[0]?.name, "moved");
    },
    folderRm: async () => {
      const id = await folder();
      await losing("folderRm", () => client.folders.remove(id));
      await isGone(client.folders.get(id));
    },
    linkChange: async () => {
      const link = await client.links.add({ fileId: idOf(await file()) });
      const changed = await losing("linkChange", () => client.links.change(link.id, { note: "for Anna" }));
      assert.equal(changed.note, "for Anna");
    },
    linkRemove: async () => {
      const fileId = idOf(await file());
      const link = await client.links.add({ fileId });
      await losing("linkRemove", () => client.links.remove(link.id));
      assert.equal((await client.links.list({ fileId })).length, 1);
      await isGone(client.links.remove(link.id));
    },
    shareGrant: async () => {
      const id = await folder();
      const people = await losing("shareGrant", () => client.shares.grant(id, OTHER, { canWrite: true }));
      assert.deepEqual(
        people.map(({ email, canWrite }) => [email, canWrite]),
        [[OTHER, true]],
      );
    },
    shareRevoke: async () => {
      const id = await folder();
      await client.shares.grant(id, OTHER);
      assert.deepEqual(await losing("shareRevoke", () => client.shares.revoke(id, OTHER)), []);
    },
    trashRestore: async () => {
      const url = await file();
      const id = await removed(url);
      const [restored] = await losing("trashRestore", () => client.trash.restore([id]));
      assert.deepEqual([restored?.id, restored?.outcome, restored?.error], [id, "done", undefined]);
      assert.equal((await client.files.info(url)).url, url);
      assert.equal((await client.trash.restore([id]))[0]?.error?.status, 404, "nothing was lost here");
    },
    trashRetention: async () => {
      assert.equal(await losing("trashRetention", () => client.trash.keepFor(7)), 7);
      await client.trash.keepFor(undefined);
    },
    versionRetention: async () => {
      assert.equal(await losing("versionRetention", () => client.versions.keepFor(7)), 7);
      await client.versions.keepFor(undefined);
    },
    batchChange: async () => {
      const [url, inner, whole] = [await file(), await folder(), await folder()];
      await file(whole);
      const changes = [
        { fileId: idOf(url), remove: true },
        { folderId: inner, remove: true },
        { folderId: whole, remove: true, withContents: true },
      ] as const;
      const gone = await losing("batchChange", () => client.entries.change(changes));
      assert.deepEqual(
        gone.map(({ outcome, error }) => [outcome, error]),
        changes.map(() => ["done", undefined]),
      );
      const restored = await client.trash.restore(gone.flatMap(({ trashId }) => trashId ?? []));
      assert.deepEqual(
        restored.map(({ outcome, name }) => [outcome, name]),
        gone.map(({ name }) => ["done", name]),
      );
      const toFolderId = await folder();
      const [moved] = await losing("batchChange", () => client.entries.change([{ folderId: inner, toFolderId }]));
      assert.deepEqual([moved?.outcome, moved?.error], ["unchanged", undefined]);
    },
    remoteCancel: async () => {
      const request = await client.remoteUploads.request([REFUSED_SOURCE]);
      const cancelled = await losing("remoteCancel", () => client.remoteUploads.cancel(request.id));
      assert.equal(cancelled.id, request.id);
    },
    importCancel: async () => {
      const { id } = await client.imports.start({ index: REFUSED_SOURCE }, {});
      assert.equal((await losing("importCancel", () => client.imports.cancel(id))).id, id);
    },
    keysChange: async () => {
      const { key } = await person.keys.create({ name: "one" });
      assert.equal((await losing("keysChange", () => person.keys.update(key.id, { name: "other" }))).name, "other");
    },
    keysRm: async () => {
      const { key } = await person.keys.create({ name: "one" });
      const revoked = await losing("keysRm", () => person.keys.revoke(key.id));
      assert.deepEqual([revoked.id, revoked.state], [key.id, "revoked"]);
    },
    accountChange: async () => {
      const changed = await losing("accountChange", () => client.account.change({ showsDownloadMenu: true }));
      assert.equal(changed.showsDownloadMenu, true);
    },
    accountVerify: async () => {
      assert.ok(await losing("accountVerify", () => person.account.verify(server.password)));
    },
    accountPassword: async () => {
      const setting = () => person.account.setPassword("a rather long sentence");
      assert.equal(typeof (await losing("accountPassword", setting)), "number");
      await person.account.verify("a rather long sentence");
    },
    adminKeyRevoke: async () => {
      const { key } = await person.keys.create({ name: "one" });
      const revoked = await losing("adminKeyRevoke", () => person.admin.revokeUserKey(key.id));
      assert.deepEqual([revoked.id, revoked.state, revoked.email], [key.id, "revoked", server.email]);
    },
    adminUserChange: async () => {
      const changed = await losing("adminUserChange", () => person.admin.changeUser(OTHER, { isLocked: true }));
      assert.equal(changed.isLocked, true);
      assert.equal(
        (await losing("adminUserChange", () => person.admin.changeUser(OTHER, { isLocked: false }))).isLocked,
        false,
      );
    },
  };
  for (const [name, act] of Object.entries(writers))
    test(operations[name as EndpointName].operation, async () => void (await act()));

  test("all calls that may be repeated are in this list", () => {
    const twice = Object.entries(operations).flatMap(([name, { repeat }]) => (repeat === "always" ? name : []));
    assert.deepEqual([...readers, ...elsewhere, ...Object.keys(writers)].toSorted(), twice.toSorted());
  });

  test("a repeated removal succeeds if the account keeps no trash", async () => {
    await client.trash.keepFor(0);
    try {
      const [url, absent] = [await file(), "abcdefghij0123456789"];
      const remove = (fileId: string) => client.entries.change([{ fileId, remove: true }]);
      const [gone] = await losing("batchChange", () => remove(idOf(url)));
      assert.deepEqual([gone?.outcome, gone?.trashId, gone?.error], ["done", undefined, undefined]);
      await isGone(client.files.info(url));
      assert.equal((await remove(absent))[0]?.error?.status, 404, "nothing was lost here");
    } finally {
      await client.trash.keepFor(undefined);
    }
  });
});

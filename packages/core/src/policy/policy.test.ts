import assert from "node:assert/strict";
import { test } from "node:test";
import { type Account, defaultAccountSettings } from "../accounts/account.ts";
import type { StoredFile } from "../files/file.ts";
import type { Folder } from "../folders/folder.ts";
import { type ApiKey, fullScopes } from "../keys/api-key.ts";
import type { AccessList } from "./access-list.ts";
import type { Repositories } from "../ports/database.ts";
import type { FolderGrant } from "../shares/folder-share.ts";
import { type AccountActor, accountActor, type Actor, guest } from "./actor.ts";
import { requireAllowed } from "./decision.ts";
import { permit, type Permitted } from "./permitted.ts";
import { can, type PolicyContext } from "./policy.ts";

const now = new Date("2026-03-01T12:00:00Z");
const at = (ms: number) => new Date(now.getTime() + ms);
const address = "192.0.2.7";
const context: PolicyContext = { now, linkPassword: "not-needed" };

const account = (changes: Partial<Account> = {}): Account => ({
  id: "owner",
  email: "Owner@example.org",
  passwordHash: "",
  planId: "unlimited",
  planEndsAt: undefined,
  quotaBytes: undefined,
  isAdmin: false,
  isLocked: false,
  removesAt: undefined,
  rootFolderId: 1,
  settings: defaultAccountSettings,
  createdAt: now,
  ...changes,
});

const key = (changes: Partial<ApiKey> = {}): ApiKey => ({
  id: "key",
  accountId: "owner",
  name: "",
  hash: "",
  hint: "",
  scopes: fullScopes,
  fenceFolderId: undefined,
  allowedAddresses: [],
  expiresAt: undefined,
  endedAt: undefined,
  revokedAt: undefined,
  lastUsedAt: undefined,
  lastUsedFrom: undefined,
  createdByKeyId: undefined,
  createdAt: now,
  ...changes,
});

const by = (who: Account, apiKey?: ApiKey): AccountActor => accountActor({ account: who, key: apiKey, address });

const file = (changes: Partial<StoredFile> = {}): StoredFile => ({
  id: "f".repeat(20),
  accountId: "owner",
  folderId: 5,
  name: "a.txt",
  blobId: "b",
  blobKey: "b",
  isDamaged: false,
  isBlocked: false,
  sizeBytes: 1,
  whirlpool: "",
  contentType: "text/plain",
  domain: 0,
  description: "",
  passwordHash: undefined,
  accessList: undefined,
  isInline: false,
  isSslDisabled: false,
  isCdn: false,
  removalCode: "",
  createdAt: now,
  ...changes,
});

const folder = (changes: Partial<Folder> = {}): Folder => ({
  id: 5,
  accountId: "owner",
  parentId: 1,
  name: "x",
  createdAt: now,
  publicShareId: undefined,
  sharePasswordHash: undefined,
  ...changes,
});

const stranger = account({ id: "stranger", email: "stranger@example.org", rootFolderId: 2 });
const codeOf = (decision: ReturnType<typeof can>) => (decision.isAllowed ? "allowed" : decision.code);
const fetchBy = (actor: Actor, target: StoredFile, more: Partial<PolicyContext> = {}) =>
  codeOf(
    can(actor, { action: "file.fetch", file: target, owner: account(), ancestorIds: [5, 1] }, { ...context, ...more }),
  );

test("an expired or revoked key, one from a wrong address and a locked account are refused", () => {
  const requests = [
    { action: "api.use", area: "files", right: "read", isForCustomers: true },
    { action: "folder.use", folder: folder(), ancestorIds: [5, 1] },
    { action: "file.manage", file: file(), ancestorIds: [5, 1] },
    { action: "file.inspect", file: file(), owner: account(), ancestorIds: [5, 1] },
    { action: "file.fetch", file: file(), owner: account(), ancestorIds: [5, 1] },
    { action: "share.list", folder: folder({ publicShareId: "s" }), owner: account() },
  ] as const;
  for (const request of requests) {
    const ask = (actor: Actor) => codeOf(can(actor, request, context));
    assert.equal(ask(by(account(), key())), "allowed");
    assert.equal(ask(by(account(), key({ expiresAt: now }))), "unknown-credentials");
    assert.equal(ask(by(account(), key({ expiresAt: at(1) }))), "allowed");
    assert.equal(
      ask(by(account(), key({ endedAt: at(1), expiresAt: at(1) }))),
      "unknown-credentials",
      "even if the clock is set back",
    );
    assert.equal(ask(by(account(), key({ revokedAt: at(-1) }))), "unknown-credentials");
    assert.equal(ask(by(account(), key({ revokedAt: at(1) }))), "unknown-credentials", "the clock was set back since");
    assert.equal(ask(by(account(), key({ allowedAddresses: ["198.51.100.0/24"] }))), "not-allowed");
    assert.equal(ask(by(account(), key({ allowedAddresses: ["192.0.2.0/24"] }))), "allowed");
    assert.equal(ask(by(account({ isLocked: true }))), "account-locked");
  }
});

test("the API requires an account, a plan with access and the scope", () => {
  const ask = (actor: Actor, right: "read" | "write", isForCustomers = true) =>
    codeOf(can(actor, { action: "api.use", area: "files", right, isForCustomers }, context));
  assert.equal(ask(guest(address), "read"), "not-authenticated");
  assert.equal(ask(by(account({ planId: "free" })), "read"), "customer-required");
  assert.equal(ask(by(account({ planId: "free" })), "read", false), "allowed");
  assert.equal(ask(by(account({ planId: "premium", planEndsAt: now })), "read"), "customer-required");
  const reader = by(account(), key({ scopes: { ...fullScopes, files: "read" } }));
  assert.deepEqual([ask(reader, "read"), ask(reader, "write")], ["allowed", "scope-missing"]);
  const none = by(account(), key({ scopes: { ...fullScopes, files: "none" } }));
  assert.deepEqual([ask(none, "read"), ask(none, "write")], ["scope-missing", "scope-missing"]);
});

test("folders and files can be used by their owner within the fence, and are unknown to everybody else", () => {
  const fenced = by(account(), key({ fenceFolderId: 9 }));
  for (const [actor, ancestorIds, expected] of [
    [by(account()), [5, 1], "allowed"],
    [by(stranger), [5, 1], "not-found"],
    [guest(address), [5, 1], "not-found"],
    [fenced, [5, 1], "not-found"],
    [fenced, [5, 9, 1], "allowed"],
    [fenced, [9, 1], "allowed"],
  ] as const) {
    const asFolder = codeOf(can(actor, { action: "folder.use", folder: folder(), ancestorIds }, context));
    const asFile = codeOf(can(actor, { action: "file.manage", file: file(), ancestorIds }, context));
    assert.equal(asFolder, expected === "allowed" ? expected : `folder-${expected}`);
    assert.equal(asFile, expected === "allowed" ? expected : `file-${expected}`);
  }
});

test("a file can be removed by its owner within the fence, and with its removal code", () => {
  const target = file({ removalCode: "code" });
  const ask = (actor: Actor, removalCode: string | undefined, removed = target) =>
    codeOf(can(actor, { action: "file.remove", file: removed, ancestorIds: [5, 1], grants: [], removalCode }, context));
  for (const stillOut of [by(stranger), guest(address), by(account(), key({ fenceFolderId: 9 }))]) {
    for (const wrong of [undefined, "", "cod", "code "]) assert.equal(ask(stillOut, wrong), "file-not-found");
    assert.equal(ask(stillOut, "code"), "allowed");
    assert.equal(ask(stillOut, "", file({ removalCode: "" })), "file-not-found", "a missing code matches nothing");
  }
  assert.equal(ask(by(account()), undefined), "allowed");
  assert.equal(ask(by(account({ isLocked: true })), "code"), "account-locked");
});

test("a share opens its folder and everything below to one account, with the rights it gives", () => {
  const grant = (changes: Partial<FolderGrant> = {}): FolderGrant => ({
    folderId: 5,
    accountId: stranger.id,
    mayWrite: false,
    hidesLinks: false,
    ownerEmail: account().email,
    isOwnerLocked: false,
    ...changes,
  });
  const ask = (actor: Actor, grants: readonly FolderGrant[], ancestorIds: readonly number[] = [7, 5, 1]) => {
    const place = { ancestorIds, grants };
    const target = file({ passwordHash: "hash" });
    const follow = { action: "file.fetch", file: target, owner: account(), ...place } as const;
    return [
      codeOf(can(actor, { action: "folder.see", folder: folder(), ...place }, context)),
      codeOf(can(actor, { action: "folder.fill", folder: folder(), ...place }, context)),
      codeOf(can(actor, { action: "file.edit", file: target, ...place }, context)),
      codeOf(can(actor, { ...follow, isByPlace: true }, context)),
      codeOf(can(actor, follow, context)),
      codeOf(can(actor, { action: "folder.use", folder: folder(), ancestorIds }, context)),
    ];
  };
  const asked = "link-password-required";
  const out = ["folder-not-found", "folder-not-found", "file-not-found", asked, asked, "folder-not-found"];
  const read = ["allowed", "not-allowed", "not-allowed", "allowed", "allowed", "folder-not-found"];
  const write = ["allowed", "allowed", "allowed", "allowed", "allowed", "folder-not-found"];
  const names = ["allowed", "not-allowed", "file-not-found", "allowed", asked, "folder-not-found"];
  const guestActor = by(stranger);
  assert.deepEqual(ask(guestActor, []), out);
  assert.deepEqual(ask(guestActor, [grant()]), read);
  assert.deepEqual(ask(guestActor, [grant({ mayWrite: true })]), write);
  assert.deepEqual(ask(guestActor, [grant({ hidesLinks: true })]), names);
  assert.deepEqual(ask(guestActor, [grant({ accountId: "another" })]), out, "shared with somebody else");
  assert.deepEqual(ask(guestActor, [grant()], [7, 1]), out, "a share of another folder");
  assert.deepEqual(ask(guest(address), [grant()]), out);
  const fenced = accountActor({ account: stranger, key: key({ accountId: stranger.id, fenceFolderId: 9 }), address });
  assert.deepEqual(ask(fenced, [grant()]), out, "a key restricted to a folder");
  const inner = grant({ folderId: 7, mayWrite: true });
  assert.deepEqual(ask(guestActor, [grant({ hidesLinks: true }), inner]), write, "an inner share adds rights");
  assert.deepEqual(ask(guestActor, [grant({ mayWrite: true }), grant({ folderId: 7, hidesLinks: true })]), write);
  const locked = ask(guestActor, [grant({ isOwnerLocked: true, mayWrite: true })]);
  assert.deepEqual(locked.slice(0, 3), ["owner-locked", "owner-locked", "owner-locked"]);
});

test("what the policy permits is marked with its id, and what it refuses is thrown", () => {
  const target = { action: "file.manage", file: file(), ancestorIds: [5, 1] } as const;
  assert.equal(permit(by(account()), target, context), file().id);
  assert.throws(() => permit(by(stranger), target, context), { code: "file-not-found" });
  const place = { action: "folder.use", folder: folder(), ancestorIds: [5, 1] } as const;
  assert.equal(permit(by(account()), place, context), folder().id);
  assert.throws(() => permit(guest(address), place, context), { code: "folder-not-found" });
});

test("a link's password is required from strangers and keys outside their fence, but not from the owner", () => {
  const target = file({ passwordHash: "hash" });
  for (const actor of [guest(address), by(stranger), by(account(), key({ fenceFolderId: 9 }))]) {
    assert.equal(fetchBy(actor, target, { linkPassword: "not-given" }), "link-password-required");
    assert.equal(fetchBy(actor, target, { linkPassword: "wrong" }), "link-password-wrong");
    assert.equal(fetchBy(actor, target, { linkPassword: "right" }), "allowed");
  }
  assert.equal(fetchBy(by(account()), target), "allowed");
});

test("every access list that is set must admit the caller", () => {
  const ask = (accessList: AccessList, actor: Actor, more: Partial<PolicyContext> = {}) =>
    fetchBy(actor, file({ accessList }), more);
  assert.equal(ask({ addresses: ["192.0.2.0/24"] }, guest(address)), "allowed");
  assert.equal(ask({ addresses: ["198.51.100.1"] }, guest(address)), "not-allowed");
  assert.equal(ask({ addresses: ["192.0.2.0/24"] }, guest("::ffff:192.0.2.9")), "allowed");
  assert.equal(ask({ countries: ["FR"] }, guest(address)), "not-allowed");
  assert.equal(ask({ countries: ["FR"] }, guest(address), { country: "FR" }), "allowed");
  assert.equal(ask({ emails: ["Stranger@Example.ORG"] }, by(stranger)), "allowed");
  assert.equal(ask({ emails: ["other@example.org"] }, by(stranger)), "not-allowed");
  assert.equal(ask({ emails: ["stranger@example.org"] }, guest(address)), "not-allowed");
  assert.equal(ask({ isPremiumOnly: true }, guest(address)), "not-allowed");
  assert.equal(ask({ isPremiumOnly: true }, by({ ...stranger, planId: "free" })), "not-allowed");
  assert.equal(ask({ isPremiumOnly: true }, by({ ...stranger, planId: "access" })), "allowed");
  assert.equal(ask({ addresses: ["192.0.2.0/24"], isPremiumOnly: true }, guest(address)), "not-allowed");
  assert.equal(ask({ addresses: ["198.51.100.1"] }, by(account())), "allowed", "the owner is not refused");
  const both = file({ accessList: { addresses: ["198.51.100.1"] }, passwordHash: "hash" });
  assert.equal(fetchBy(guest(address), both, { linkPassword: "right" }), "not-allowed");
});

test("files of a locked account are closed to everybody", () => {
  const owner = account({ isLocked: true });
  for (const action of ["file.fetch", "file.inspect"] as const)
    assert.equal(codeOf(can(by(stranger), { action, file: file(), owner, ancestorIds: [] }, context)), "owner-locked");
  const share = { action: "share.list", folder: folder({ publicShareId: "s" }), owner } as const;
  assert.equal(codeOf(can(guest(address), share, context)), "owner-locked");
});

test("blocked content can be downloaded by nobody, and seen by its owner only", () => {
  const blocked = file({ isBlocked: true, passwordHash: "hash", removalCode: "code" });
  const ask = (actor: Actor, action: "file.fetch" | "file.inspect", linkPassword: PolicyContext["linkPassword"]) =>
    codeOf(can(actor, { action, file: blocked, owner: account(), ancestorIds: [5, 1] }, { ...context, linkPassword }));
  for (const actor of [guest(address), by(stranger), by(account(), key({ fenceFolderId: 9 }))]) {
    for (const linkPassword of ["not-given", "wrong", "right"] as const) {
      assert.equal(ask(actor, "file.fetch", linkPassword), "file-not-found", "like a removed file");
      assert.equal(ask(actor, "file.inspect", linkPassword), "file-not-found");
    }
  }
  assert.equal(ask(by(account()), "file.fetch", "not-needed"), "file-blocked");
  assert.equal(ask(by(account()), "file.inspect", "not-needed"), "allowed");
  const shown = (isBlocked: boolean) =>
    codeOf(can(guest(address), { action: "share.show", listed: { isBlocked } }, context));
  assert.deepEqual([shown(true), shown(false)], ["file-not-found", "allowed"]);
  const remove = { action: "file.remove", file: blocked, ancestorIds: [5, 1], grants: [] } as const;
  assert.equal(codeOf(can(by(account()), { ...remove, removalCode: undefined }, context)), "allowed");
  assert.equal(codeOf(can(guest(address), { ...remove, removalCode: "code" }, context)), "allowed");
  assert.equal(
    codeOf(can(by(account()), { action: "file.manage", file: blocked, ancestorIds: [5, 1] }, context)),
    "allowed",
  );
});

test("a folder is listed publicly while it is shared, with its password", () => {
  const ask = (changes: Partial<Folder>, linkPassword: PolicyContext["linkPassword"]) =>
    codeOf(
      can(
        guest(address),
        { action: "share.list", folder: folder(changes), owner: account() },
        { ...context, linkPassword },
      ),
    );
  assert.equal(ask({}, "not-needed"), "folder-not-found");
  assert.equal(ask({ publicShareId: "s" }, "not-needed"), "allowed");
  assert.equal(ask({ publicShareId: "s", sharePasswordHash: "h" }, "not-given"), "link-password-required");
  assert.equal(ask({ publicShareId: "s", sharePasswordHash: "h" }, "right"), "allowed");
});

test("a refusal is thrown with its code and one sentence", () => {
  requireAllowed({ isAllowed: true });
  assert.throws(() => requireAllowed({ isAllowed: false, code: "scope-missing" }), {
    code: "scope-missing",
    message: /does not have the right/,
  });
  const reader = by(account(), key({ scopes: { ...fullScopes, files: "read" } }));
  const question = { action: "api.use", area: "files", right: "write", isForCustomers: false } as const;
  assert.throws(() => requireAllowed(can(reader, question, { now, linkPassword: "not-needed" })), {
    code: "scope-missing",
    message: "This API key lacks the right files=write.",
  });
});

/** Never called: the type check verifies that the marked lines do not compile. */
export async function neverCompiles(rows: Repositories, asked: Permitted<"file.manage", string>): Promise<void> {
  const { accounts, apiKeys, contentBlocks, downloadTokens, files, floodLocks, folders, jobs } = rows;
  // @ts-expect-error a bare id
  await files.removeMany(["id"]);
  // @ts-expect-error who may change a file was not asked about its removal
  await files.removeMany([asked]);
  // @ts-expect-error a bare id
  await files.updateMany([{ id: "id", changes: { name: "b" } }]);
  // @ts-expect-error a folder nobody asked about
  await files.updateMany([{ id: asked, changes: { folderId: 1 } }]);
  // @ts-expect-error a text made of a permitted id is bare again
  await files.updateMany([{ id: asked.toLowerCase(), changes: {} }]);
  // @ts-expect-error a file in a folder nobody asked about
  await files.createMany([file()]);
  // @ts-expect-error a folder in a folder nobody asked about
  await folders.create(folder());
  // @ts-expect-error a bare id
  await folders.update(1, { name: "b" });
  // @ts-expect-error a bare id
  await folders.remove(1);
  // @ts-expect-error bare ids
  await folders.removeEmpty([1]);
  // @ts-expect-error a bare id
  await accounts.update("id", { isAdmin: true });
  // @ts-expect-error a permission about something else
  await accounts.update(asked, { isAdmin: true });
  // @ts-expect-error a bare id
  await accounts.remove("id");
  // @ts-expect-error a key nobody asked about
  await apiKeys.create(key());
  // @ts-expect-error a bare id
  await apiKeys.update("id", { revokedAt: now });
  // @ts-expect-error a bare id
  await apiKeys.removeByAccount("id");
  // @ts-expect-error bare ids
  await downloadTokens.removeByFiles(["id"]);
  // @ts-expect-error bare ids
  await downloadTokens.removeByApiKeys(["id"]);
  // @ts-expect-error a bare id
  await downloadTokens.removeKeylessByAccount("id");
  // @ts-expect-error a bare id
  await floodLocks.release("id", now);
  // @ts-expect-error a bare id
  await jobs.cancel("id", now);
  // @ts-expect-error a bare id
  await jobs.retry("id", now);
  // @ts-expect-error a bare id
  await contentBlocks.remove("id");
  // @ts-expect-error who may read an account may not change it
  permit(by(account()), { action: "account.manage", account: account(), right: "read" }, context);
}

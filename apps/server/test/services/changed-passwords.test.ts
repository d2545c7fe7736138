import assert from "node:assert/strict";
import { test } from "node:test";
import { type AccountActor, guest, isDomainError, type Ports } from "@consigne/core";
import { accountActor } from "@consigne/core/testing";
import { address, type Bench, HOUR_MS, openBench, overriding, uploadTexts } from "../_services.ts";

const refusal = (code: Parameters<typeof isDomainError>[1]) => (error: unknown) => isDomainError(error, code);

/** Lets a test intervene after everything was checked and before the transaction that writes. */
function interruptible() {
  const step = { beforeWriting: undefined as (() => Promise<unknown>) | undefined };
  const replace = ({ database }: Ports): Partial<Ports> => {
    const transaction: typeof database.transaction = async (work) => {
      const { beforeWriting } = step;
      step.beforeWriting = undefined;
      await beforeWriting?.();
      return database.transaction(work);
    };
    return { database: overriding(database, { transaction }) };
  };
  return { step, replace };
}

async function protectedFile(bench: Bench, owner: AccountActor) {
  const [file] = await uploadTexts(bench, owner, { "a.txt": "x" });
  const reference = { fileId: file?.fileId ?? "" };
  await bench.services.files.changeAttributes(owner, [reference], { password: "the old one" });
  return reference;
}

test("a link password changed since it was checked allows neither a copy nor a token", async () => {
  const { step, replace } = interruptible();
  await using bench = await openBench({ replace });
  const [owner, other] = [await bench.account(), await bench.account()];
  const { files, downloads } = bench.services;
  const uses = [
    (reference: { fileId: string }) => files.copy(other, [reference], { destination: "root", password: "the old one" }),
    (reference: { fileId: string }) => downloads.issueToken(other, reference, { password: "the old one" }),
    (reference: { fileId: string }) => downloads.issueToken(guest(address), reference, { password: "the old one" }),
  ];
  for (const use of uses) {
    const reference = await protectedFile(bench, owner);
    await use(reference);
    step.beforeWriting = () => files.changeAttributes(owner, [reference], { description: "password as it was" });
    await use(reference);
    step.beforeWriting = () => files.changeAttributes(owner, [reference], { password: "the new one" });
    await assert.rejects(use(reference), refusal("link-password-required"));
    await assert.rejects(use(reference), refusal("link-password-wrong"));
    await files.changeAttributes(owner, [reference], { password: "the old one" });
    step.beforeWriting = () =>
      files.changeAttributes(owner, [reference], { accessList: { addresses: ["203.0.113.9"] } });
    await assert.rejects(use(reference), refusal("not-allowed"));
  }
});

/** Throws the reason if one of several failed. */
async function unlessFailed(
  outcomes: Promise<readonly ({ outcome: "failed"; error: Error } | { outcome: string })[]>,
): Promise<void> {
  for (const outcome of await outcomes) if ("error" in outcome) throw outcome.error;
}

test("a caller who lost the right meanwhile changes nothing and gets neither a copy nor a token", async () => {
  const { step, replace } = interruptible();
  await using bench = await openBench({ replace });
  const { files, folders, shares, downloads, keys, accounts, links, trash, archives } = bench.services;
  const { entryChanges, remoteUploads, imports, addressChange, sessions } = bench.services;
  const owner = await bench.account();
  const [file, removed] = await uploadTexts(bench, owner, { "a.txt": "x", "b.txt": "y" });
  const reference = { fileId: file?.fileId ?? "" };
  const folder = (await folders.create(owner, "root", "folder")).id;
  const link = await links.add(owner, reference, {});
  await files.remove(owner, [{ reference: { fileId: removed?.fileId ?? "" } }]);
  const [trashed] = (await trash.list(owner, { limit: 1 })).entries;
  const trashId = trashed?.id ?? 0;
  const source = { kind: "index", url: "https://example.org/" } as const;
  const changed = (actor: AccountActor, change: "remove-whole" | { name: string }) =>
    unlessFailed(entryChanges.change(actor, [{ entry: { folder }, change }], "fail"));
  const uses: ((actor: AccountActor) => Promise<unknown>)[] = [
    (actor) => files.copy(actor, [reference], { destination: "root" }),
    (actor) => files.move(actor, [reference], folder),
    (actor) => files.rename(actor, [{ reference, name: "b.txt" }]),
    (actor) => files.changeAttributes(actor, [reference], { password: "a link password" }),
    (actor) => files.remove(actor, [{ reference }]),
    (actor) => folders.create(actor, "root", "another"),
    (actor) => folders.move(actor, folder, { name: "renamed" }),
    (actor) => folders.remove(actor, folder),
    (actor) => shares.share(actor, folder, { isShared: true, password: "a link password" }),
    (actor) => accounts.updateSettings(actor, { pageLimit: 7 }),
    (actor) => downloads.issueToken(actor, reference, {}),
    (actor) => links.add(actor, reference, {}),
    (actor) => links.change(actor, link.id, { isOn: false }),
    (actor) => links.remove(actor, link.id),
    (actor) => unlessFailed(trash.restore(actor, [trashId])),
    (actor) => trash.remove(actor, [trashId]),
    (actor) => trash.empty(actor),
    (actor) => archives.issueOwn(actor, { folders: ["root"], fileIds: [] }),
    (actor) => changed(actor, { name: "renamed" }),
    (actor) => changed(actor, "remove-whole"),
    (actor) => remoteUploads.order(actor, { urls: ["https://example.org/a"], folder: "root", headers: [] }),
    (actor) => imports.order(actor, { access: source, folder: "root", isPlan: false }),
    (actor) => keys.create(actor, owner.account, { name: "another" }),
  ];
  const ofPeople: typeof uses = [
    (actor) => addressChange.request(actor, "another@example.org", "en"),
    (actor) => accounts.setPassword(actor, owner.account, "one more long password"),
    (actor) => sessions.endOthers(actor),
  ];
  const state = async () => ({
    links: await links.list(owner, reference),
    trash: await trash.list(owner, { limit: 10 }),
    remote: await remoteUploads.listDetails(owner, { before: undefined, limit: 10 }),
    imports: await imports.list(owner, { before: undefined, limit: 10 }),
    sessions: await sessions.list("operator", owner.account),
    email: (await bench.ports.database.accounts.findById(owner.account.id))?.email,
    files: await bench.ports.database.files.listByAccount(owner.account.id, { limit: 10 }),
    folders: await bench.ports.database.folders.listByAccount(owner.account.id, { limit: 10 }),
    settings: (await bench.ports.database.accounts.findById(owner.account.id))?.settings,
  });
  /** A caller that gave the password with this very request. */
  const person = async () => {
    const account = await accounts.getByEmail("operator", owner.account.email);
    return accountActor({ account, address, provedAt: bench.clock.now() });
  };
  const signedIn = async () => {
    const by = await person();
    const { session } = await sessions.begin(by, { life: "short", userAgent: "" });
    return { session, actor: accountActor({ account: by.account, session, address }) };
  };
  const before = await state();
  for (const [index, use] of [...uses, ...ofPeople].entries()) {
    if (index < uses.length) {
      const keyed = await bench.keyed(owner);
      // Later than the start of the call, as on a running clock.
      step.beforeWriting = async () => {
        bench.clock.advance(1000);
        await keys.revoke("operator", keyed.key?.id ?? "");
      };
      await assert.rejects(use(keyed), refusal("unknown-credentials"), String(use));
    }
    const { session, actor } = await signedIn();
    step.beforeWriting = () => sessions.end("operator", session.id);
    await assert.rejects(use(actor), refusal("unknown-credentials"), String(use));
    const byPassword = await person();
    step.beforeWriting = () => accounts.setPassword("operator", owner.account, `another password ${index}`);
    await assert.rejects(use(byPassword), refusal("unknown-credentials"), String(use));
    const locked = await person();
    step.beforeWriting = () => accounts.setLocked("operator", owner.account, true);
    await assert.rejects(use(locked), isDomainError, String(use));
    await accounts.setLocked("operator", owner.account, false);
  }
  assert.deepEqual(await state(), before);
});

test("passwords changed while they are checked are checked again", async () => {
  let afterLooking: (() => Promise<unknown>) | undefined;
  await using bench = await openBench({
    replace: ({ database }) => {
      const step = async <T>(found: T): Promise<T> => {
        const change = afterLooking;
        afterLooking = undefined;
        await change?.();
        return found;
      };
      const files = overriding(database.files, { findById: async (id) => step(await database.files.findById(id)) });
      const folders = overriding(database.folders, {
        findByPublicShareId: async (id) => step(await database.folders.findByPublicShareId(id)),
      });
      return { database: overriding(database, { files, folders }) };
    },
  });
  const owner = await bench.account();
  const { accounts, files, shares, folders } = bench.services;
  const reference = await protectedFile(bench, owner);
  const details = () => files.getDetails(guest(address), reference, "the old one");
  await details();
  afterLooking = () => files.changeAttributes(owner, [reference], { password: "the new one" });
  await assert.rejects(details(), refusal("link-password-wrong"));
  await files.changeAttributes(owner, [reference], { password: "the old one" });
  afterLooking = () => accounts.setLocked("operator", owner.account, true);
  await assert.rejects(details(), refusal("owner-locked"));
  await accounts.setLocked("operator", owner.account, false);

  const folder = await folders.create(owner, "root", "shared");
  const { publicShareId = "" } = await shares.share(owner, folder.id, { isShared: true, password: "the old one" });
  const list = () => shares.list(guest(address), publicShareId, "the old one");
  await list();
  afterLooking = () => shares.share(owner, folder.id, { isShared: true, password: "the new one" });
  await assert.rejects(list(), refusal("link-password-wrong"));
  await shares.share(owner, folder.id, { isShared: true, password: "the old one" });
  afterLooking = () => accounts.setLocked("operator", owner.account, true);
  await assert.rejects(list(), refusal("owner-locked"));
});

test("an owner is told of the first few changes per hour, so that repeated changes flood neither mailbox nor jobs", async () => {
  await using bench = await openBench();
  const { account } = await bench.account();
  const { accounts, jobs } = bench.services;
  const ordered = async (kind: string) => (await jobs.list("operator", { kind })).length;
  for (let at = 0; at < 5; at++) {
    await accounts.setPassword("operator", account, `a long password ${at}`);
    await accounts.setEmail("operator", account, `new${at}@example.org`);
  }
  assert.deepEqual([await ordered("mail-password-changed"), await ordered("mail-email-changed")], [3, 3]);
  bench.clock.advance(HOUR_MS);
  await accounts.setPassword("operator", account, "one more long password");
  assert.equal(await ordered("mail-password-changed"), 4);
});

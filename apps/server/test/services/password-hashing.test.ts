import assert from "node:assert/strict";
import { test } from "node:test";
import { type AccountActor, guest, isDomainError, type Ports } from "@consigne/core";
import { address, type Bench, byPassword, openBench, overriding, uploadTexts } from "../_services.ts";

const refusal = (code: Parameters<typeof isDomainError>[1]) => (error: unknown) => isDomainError(error, code);
const reason = new Error("the caller is gone");
/** A caller that has left gets as far as password hashing, and no further. */
const gone = AbortSignal.abort(reason);
const password = "a link password";

async function uploaded({ services }: Bench, actor: AccountActor | ReturnType<typeof guest>, signal: AbortSignal) {
  const upload = await services.uploads.begin(services.uploads.offer().id, actor);
  const file = await upload.openFile({ name: "a.txt", contentType: undefined }, actor);
  await file.write(Buffer.from("x"));
  await file.finish();
  try {
    return await upload.commit(actor, { folder: "root", domain: undefined, password }, signal);
  } catch (error) {
    await upload.abort();
    throw error;
  }
}

test("a password is hashed for a waiting caller, and skipped once they have left", async () => {
  await using bench = await openBench({ rules: { acceptsGuests: true } });
  const { files, folders, shares, accounts } = bench.services;
  const owner = await bench.account();
  const [file] = await uploadTexts(bench, owner, { "a.txt": "x" });
  const reference = { fileId: file?.fileId ?? "" };
  const folder = (await folders.create(owner, "root", "folder")).id;
  const person = await byPassword(bench, owner.account.email, "a long password");
  const makings: Record<string, (signal: AbortSignal) => Promise<unknown>> = {
    "file/chattr": (signal) => files.changeAttributes(owner, [reference], { password }, signal),
    "folder/share": (signal) => shares.share(owner, folder, { isShared: true, password }, signal),
    "upload of an account": (signal) => uploaded(bench, owner, signal),
    "upload of a guest": (signal) => uploaded(bench, guest(address), signal),
    "account password": (signal) => accounts.setPassword(person, owner.account, "another password", { signal }),
  };
  for (const [name, make] of Object.entries(makings)) {
    await assert.rejects(make(gone), reason, name);
    assert.ok(await make(new AbortController().signal).then(() => true), name);
  }
});

test("nothing is hashed for a caller who may not set a password", async () => {
  // The caller leaves after the policy check: no slot for calls about many files is taken for it.
  const leaving = new AbortController();
  const replace = ({ database }: Ports): Partial<Ports> => {
    const findByIds: typeof database.files.findByIds = (ids) => {
      leaving.abort(reason);
      return database.files.findByIds(ids);
    };
    return { database: overriding(database, { files: overriding(database.files, { findByIds }) }) };
  };
  await using bench = await openBench({ replace });
  const { files, folders, shares, accounts } = bench.services;
  const [owner, other] = [await bench.account(), await bench.account()];
  const [file] = await uploadTexts(bench, owner, { "a.txt": "x" });
  const [own] = await uploadTexts(bench, other, { "b.txt": "x" });
  const folder = (await folders.create(owner, "root", "folder")).id;
  const references = [own, file].map((each) => ({ fileId: each?.fileId ?? "" }));
  const ofOthers = files.changeAttributes(other, references, { password }, leaving.signal);
  await assert.rejects(ofOthers, refusal("file-not-found"));
  for (const foreign of [folder, 999_999])
    await assert.rejects(shares.share(other, foreign, { isShared: true, password }, gone), refusal("folder-not-found"));
  const root = shares.share(other, "root", { isShared: true, password }, gone);
  await assert.rejects(root, refusal("root-folder-protected"));
  await assert.rejects(accounts.setPassword(other, owner.account, password, { signal: gone }), refusal("not-allowed"));
});

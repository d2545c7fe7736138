import assert from "node:assert/strict";
import { test } from "node:test";
import { FloodLockedError, floodProfiles, fullScopes, guest, isAccountActor, isDomainError } from "@consigne/core";
import { address, type Bench, openBench, uploadTexts } from "../_services.ts";

const refusal = (code: Parameters<typeof isDomainError>[1]) => (error: unknown) => isDomainError(error, code);
const guesses = floodProfiles.authentic.figures?.guesses ?? NaN;
const isBanned = (bench: Bench, from = address) =>
  bench.services.admission.refuseBanned(from).then(
    () => false,
    () => true,
  );

/** A file and a shared folder, each with a password. */
async function protectedThings(bench: Bench) {
  const owner = await bench.account();
  const { files, folders, shares } = bench.services;
  const [line] = await uploadTexts(bench, owner, { "a.txt": "words" });
  const reference = { fileId: line?.fileId ?? "" };
  await files.changeAttributes(owner, [reference], { password: "a link's password" });
  const { id } = await folders.create(owner, "root", "shared");
  const { publicShareId = "" } = await shares.share(owner, id, { isShared: true, password: "a share's password" });
  return { owner, reference, folderId: id, publicShareId };
}

test("a wrong password of a link or a share counts as a guess wherever it is given", async () => {
  await using bench = await openBench({ flood: floodProfiles.authentic });
  const { owner, reference, publicShareId } = await protectedThings(bench);
  const { downloads, files, shares } = bench.services;
  const other = await bench.account();
  const entryPoints = {
    details: (from: string) => files.getDetails(guest(from), reference, "wrong password"),
    token: (from: string) => downloads.issueToken(guest(from), reference, { password: "wrong password" }),
    copy: (from: string) =>
      files.copy({ ...other, address: from }, [reference], { destination: "root", password: "wrong password" }),
    share: (from: string) => shares.list(guest(from), publicShareId, "wrong password"),
  };
  for (const [at, [name, ask]] of Object.entries(entryPoints).entries()) {
    const from = `198.51.100.${at + 1}`;
    for (let count = 0; count < guesses; count++) await assert.rejects(ask(from), refusal("link-password-wrong"), name);
    assert.equal(await isBanned(bench, from), false, name);
    await assert.rejects(ask(from), FloodLockedError, name);
    assert.equal(await isBanned(bench, from), true, name);
  }
  assert.equal(await isBanned(bench, owner.address), false);
});

test("setting passwords, giving none and anything an owner gives are not guesses", async () => {
  await using bench = await openBench({ flood: floodProfiles.authentic });
  const { owner, reference, folderId, publicShareId } = await protectedThings(bench);
  const { files, shares } = bench.services;
  for (let count = 0; count <= guesses; count++) {
    await files.changeAttributes(owner, [reference], { password: `password ${count}` });
    await shares.share(owner, folderId, { isShared: true, password: `password ${count}` });
    await files.getDetails(owner, reference, "not its password");
    await assert.rejects(files.getDetails(guest(address), reference, ""), refusal("link-password-required"));
    await assert.rejects(shares.list(guest(address), publicShareId, undefined), refusal("link-password-required"));
  }
  assert.equal(await isBanned(bench), false);
});

test("wrong keys and passwords count as guesses at every entry point, whatever name they are tried with", async () => {
  await using bench = await openBench({ flood: floodProfiles.authentic });
  const { admission } = bench.services;
  await bench.account("known@example.org");
  const tries = [
    { kind: "key", text: "x".repeat(32) },
    { kind: "key", text: "no key at all" },
    { kind: "password", email: "known@example.org", password: "a wrong one" },
    { kind: "password", email: "nobody@example.org", password: "a wrong one" },
  ] as const;
  for (const [at, credentials] of tries.entries()) {
    const from = `198.51.100.${at + 1}`;
    const ask = () => admission.identify(credentials, from, at % 2 === 0 ? "calls" : "uploads and pages");
    for (let count = 0; count < guesses; count++) await assert.rejects(ask(), refusal("unknown-credentials"));
    await assert.rejects(ask(), FloodLockedError);
    assert.equal(await isBanned(bench, from), true);
  }
});

test("a key allows nothing beyond its scopes, and the missing right is named", async () => {
  await using bench = await openBench();
  const { admission } = bench.services;
  const owner = await bench.account();
  const keyed = await bench.keyed(owner, { scopes: { ...fullScopes, files: "none", downloads: "read" } });
  const needs = { area: "files", right: "write", isForCustomers: true } as const;
  await assert.rejects(admission.admit(keyed, { name: "file.rm", needs }), /files=write/);
  await assert.rejects(admission.admit(guest(address), { name: "file.rm", needs }), refusal("not-authenticated"));
  await admission.admit(guest(address), { name: "file.info", needs, isForGuests: true });
  await admission.admit(owner, { name: "file.rm", needs });
  assert.equal(admission.hasRight(keyed, needs), false);
  assert.equal(isAccountActor(admission.within(keyed, "files")), false);
  assert.equal(isAccountActor(admission.within(keyed, "files", "downloads")), true);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Invitation } from "../invitations/invitation.ts";
import { newBlobKey, newRecordId } from "../random-ids.ts";
import { at, may, type OpenDatabase } from "./database-suite-samples.ts";

function sampleInvitation(changes: Partial<Invitation> = {}): Invitation {
  const id = newRecordId();
  return {
    id,
    email: `${id}@example.org`,
    planId: "premium",
    quotaBytes: 5000,
    language: "fr",
    invitedBy: "admin@example.org",
    hash: newBlobKey(),
    createdAt: at(0),
    mailedAt: at(1),
    endsAt: at(3600),
    ended: undefined,
    ...changes,
  };
}

export function invitationTests(open: OpenDatabase): void {
  test("finds an invitation by id, hash and address, in any letter case", async () => {
    await using opened = await open();
    const { invitations } = opened.database;
    const full = sampleInvitation({ email: "New@Example.org" });
    const bare = sampleInvitation({
      quotaBytes: undefined,
      invitedBy: undefined,
      hash: undefined,
      mailedAt: undefined,
      ended: { as: "revoked", at: at(5) },
    });
    await invitations.create(full);
    await invitations.create(bare);
    assert.deepEqual(await invitations.findById(full.id), full);
    assert.deepEqual(await invitations.findById(bare.id), bare);
    assert.deepEqual(await invitations.findByHash(full.hash ?? ""), full);
    assert.deepEqual(await invitations.findOpenByEmail("nEW@example.ORG"), full);
    assert.equal(await invitations.findOpenByEmail(bare.email), undefined);
    assert.equal(await invitations.findByHash("unknown"), undefined);
    assert.equal(await invitations.countOpen(), 1);
  });

  test("replaces the open invitation of the same address by a new one, and no other", async () => {
    await using opened = await open();
    const { invitations } = opened.database;
    const [first, others] = [sampleInvitation({ email: "a@example.org" }), sampleInvitation()];
    const second = sampleInvitation({ email: "A@example.org", createdAt: at(9) });
    for (const invitation of [first, others, second]) await invitations.create(invitation);
    assert.deepEqual((await invitations.findById(first.id))?.ended, { as: "replaced", at: at(9) });
    assert.deepEqual(await invitations.findById(others.id), others);
    assert.deepEqual(await invitations.findOpenByEmail("a@example.org"), second);
  });

  test("neither ends nor renews an invitation that has ended", async () => {
    await using opened = await open();
    const { invitations } = opened.database;
    const invitation = sampleInvitation();
    await invitations.create(invitation);
    const renewed = { hash: newBlobKey(), mailedAt: at(7), endsAt: at(7200) };
    assert.equal(await invitations.renew(may(invitation.id), renewed), true);
    assert.deepEqual(await invitations.findById(invitation.id), { ...invitation, ...renewed });
    assert.equal(await invitations.findByHash(invitation.hash ?? ""), undefined);
    await invitations.renew(may(invitation.id), { mailedAt: null });
    assert.deepEqual(await invitations.findById(invitation.id), { ...invitation, ...renewed, mailedAt: undefined });
    await invitations.renew(may(invitation.id), { mailedAt: renewed.mailedAt });
    assert.equal(await invitations.end(may(invitation.id), "accepted", at(8)), true);
    assert.equal(await invitations.end(may(invitation.id), "revoked", at(9)), false);
    assert.equal(await invitations.renew(may(invitation.id), { endsAt: at(9999) }), false);
    const ended = { ...invitation, ...renewed, ended: { as: "accepted", at: at(8) } };
    assert.deepEqual(await invitations.findById(invitation.id), ended);
  });

  test("lists the newest first, page by page, and removes those long expired", async () => {
    await using opened = await open();
    const { invitations } = opened.database;
    const created = [3, 1, 2].map((seconds) => sampleInvitation({ createdAt: at(seconds), endsAt: at(seconds + 10) }));
    for (const invitation of created) await invitations.create(invitation);
    const [newest, oldest, middle] = created;
    assert.deepEqual(await invitations.list({ limit: 10 }), [newest, middle, oldest]);
    assert.deepEqual(await invitations.list({ after: newest, limit: 1 }), [middle]);
    assert.equal(await invitations.removeEndingBefore(at(12)), 1);
    assert.deepEqual(await invitations.list({ limit: 10 }), [newest, middle]);
  });
}

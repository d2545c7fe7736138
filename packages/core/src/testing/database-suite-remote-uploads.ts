import assert from "node:assert/strict";
import { test } from "node:test";
import type { Repositories } from "../ports/database.ts";
import { newRecordId } from "../random-ids.ts";
import type { NewRemoteItem, NewRemoteRequest } from "../remote/remote-upload-repository.ts";
import { at, createOwner, may, type OpenDatabase, type Place } from "./database-suite-samples.ts";

const request = ({ accountId, folderId }: Place, changes: Partial<NewRemoteRequest> = {}): NewRemoteRequest => ({
  accountId,
  apiKeyId: "key",
  address: "192.0.2.7",
  rootFolderId: folderId,
  folderId: may(folderId) as never,
  requestedAt: at(0),
  sealedHeaders: "sealed headers",
  sizeBytes: 500,
  ...changes,
});

const item = (changes: Partial<NewRemoteItem> = {}): NewRemoteItem => ({
  id: newRecordId(),
  jobId: newRecordId(),
  url: "https://example.org/é.bin",
  sealedUrl: undefined,
  hasCredentials: false,
  ...changes,
});

const done = { state: "done", at: at(9), fileId: "f", fileName: "é.bin", sizeBytes: 2 ** 40, messages: [] } as const;
const ASKED_ANEW = { sealedHeaders: undefined, apiKeyId: "another key", address: "192.0.2.8" };
const failed = {
  state: "failed",
  at: at(5),
  messages: [{ code: "answered", host: "example.org", status: 404 }],
} as const;

async function itemsOf({ remoteUploads }: Pick<Repositories, "remoteUploads">, id: number) {
  return (await remoteUploads.listItems([id])).map((each) => each.item);
}

export function remoteUploadTests(open: OpenDatabase): void {
  test("keeps a request with its URLs in order", async () => {
    await using opened = await open();
    const { remoteUploads } = opened.database;
    const { place } = await createOwner(opened.database);
    const [first, second] = [item(), item({ sealedUrl: "sealed", hasCredentials: true })];
    const id = await remoteUploads.create(request(place), [first, second]);
    assert.deepEqual(await remoteUploads.findRequest(id), { ...request(place), id, endedAt: undefined });
    const rest = { requestId: id, accountId: place.accountId, trouble: [], end: undefined };
    assert.deepEqual(await itemsOf(opened.database, id), [
      { ...first, ...rest },
      { ...second, ...rest },
    ]);
    assert.deepEqual(await remoteUploads.findItem(second.id), { ...second, ...rest });
    assert.deepEqual(await remoteUploads.countOpen(place.accountId), { count: 2, bytes: 500 });
    assert.equal(await remoteUploads.findRequest(id + 1), undefined);
    assert.equal(await remoteUploads.findItem("unknown"), undefined);
    assert.deepEqual(await remoteUploads.countOpen("nobody"), { count: 0, bytes: 0 });
  });

  test("shows a URL with the job that fetches it", async () => {
    await using opened = await open();
    const { remoteUploads, jobs } = opened.database;
    const { place } = await createOwner(opened.database);
    const [fetched, forgotten] = [item(), item()];
    const job = { kind: "remote", payload: {}, accountId: place.accountId, uniqueKey: undefined, lane: "host a" };
    const times = { priority: 5, runAt: at(0), maxAttempts: 3, createdAt: at(0) };
    await jobs.addMany([{ ...job, ...times, id: fetched.jobId }]);
    const id = await remoteUploads.create(request(place), [fetched, forgotten]);
    const claim = { now: at(1), claimId: "c", worker: "w", leaseEndsAt: at(60), kinds: ["remote"] };
    await jobs.claim({ ...claim, mostPerAccount: 9, mostPerLane: 9 });
    await jobs.renew(fetched.jobId, "c", { progress: { done: 3, total: undefined } });
    const [one, other] = await remoteUploads.listItems([id]);
    const progress = { done: 3, total: undefined };
    assert.deepEqual(one?.job, { state: "running", attempts: 1, runAt: at(0), progress });
    assert.equal(other?.job, undefined);
  });

  test("ends URLs one by one, and the request with the last of them", async () => {
    await using opened = await open();
    const { remoteUploads } = opened.database;
    const { place } = await createOwner(opened.database);
    const [first, second] = [item({ sealedUrl: "sealed", hasCredentials: true }), item()];
    const id = await remoteUploads.create(request(place), [first, second]);
    await remoteUploads.note(first.id, first.jobId, [{ code: "cancelled" }]);
    await remoteUploads.note(first.id, "another job", [{ code: "server-failed" }]);
    assert.deepEqual((await remoteUploads.findItem(first.id))?.trouble, [{ code: "cancelled" }]);
    assert.equal(await remoteUploads.end(first.id, "another job", failed), false);
    assert.equal(await remoteUploads.end(first.id, first.jobId, failed), true);
    assert.equal(await remoteUploads.end(first.id, first.jobId, done), false);
    const ended = await remoteUploads.findItem(first.id);
    assert.deepEqual(
      [ended?.end, ended?.sealedUrl, ended?.trouble, ended?.hasCredentials],
      [failed, undefined, [], true],
    );
    const half = await remoteUploads.findRequest(id);
    assert.deepEqual([half?.endedAt, half?.sealedHeaders], [undefined, "sealed headers"]);
    assert.equal(await remoteUploads.end(second.id, second.jobId, done), true);
    assert.deepEqual((await remoteUploads.findItem(second.id))?.end, done);
    const whole = await remoteUploads.findRequest(id);
    assert.deepEqual([whole?.endedAt, whole?.sealedHeaders], [at(9), undefined]);
    assert.equal(whole?.sizeBytes, 500 - "sealed headers".length);
    assert.equal((await remoteUploads.countOpen(place.accountId)).count, 0);
  });

  test("restarts ended URLs with other jobs", async () => {
    await using opened = await open();
    const { remoteUploads } = opened.database;
    const { place } = await createOwner(opened.database);
    const first = item();
    const id = await remoteUploads.create(request(place), [first]);
    await remoteUploads.end(first.id, first.jobId, failed);
    await remoteUploads.reopen(may(id) as never, [{ id: first.id, jobId: "between" }], ASKED_ANEW);
    assert.equal((await remoteUploads.countOpen(place.accountId)).bytes, 500 - "sealed headers".length);
    await remoteUploads.end(first.id, "between", failed);
    await remoteUploads.reopen(may(id) as never, [{ id: first.id, jobId: "again" }], {
      ...ASKED_ANEW,
      sealedHeaders: "new headers",
    });
    const opened2 = await remoteUploads.findItem(first.id);
    assert.deepEqual([opened2?.end, opened2?.jobId, opened2?.trouble], [undefined, "again", []]);
    const found = await remoteUploads.findRequest(id);
    assert.deepEqual([found?.endedAt, found?.sealedHeaders], [undefined, "new headers"]);
    assert.deepEqual([found?.apiKeyId, found?.address], [ASKED_ANEW.apiKeyId, ASKED_ANEW.address]);
    assert.equal(found?.sizeBytes, 500 - "sealed headers".length + "new headers".length);
  });

  test("forgets ended jobs with their URLs, and when these are restarted", async () => {
    await using opened = await open();
    const { remoteUploads, jobs } = opened.database;
    const { place } = await createOwner(opened.database);
    const times = { priority: 5, runAt: at(0), maxAttempts: 3, createdAt: at(0) };
    const job = { kind: "remote", payload: {}, accountId: place.accountId, uniqueKey: undefined, lane: "host a" };
    const [again, stays] = [item(), item()];
    await jobs.addMany([again.jobId, stays.jobId, "second", "other"].map((id) => ({ ...job, ...times, id })));
    const id = await remoteUploads.create(request(place), [again, stays]);
    for (const { id: itemId, jobId } of [again, stays]) {
      await jobs.cancel(may(jobId), at(1));
      await remoteUploads.end(itemId, jobId, { state: "cancelled", at: at(1), messages: [] });
    }
    await remoteUploads.reopen(may(id) as never, [{ id: again.id, jobId: "second" }], ASKED_ANEW);
    const left = async () => (await jobs.list({ limit: 9 })).map((each) => each.id).toSorted();
    assert.deepEqual(await left(), [stays.jobId, "second", "other"].toSorted());
    await remoteUploads.end(again.id, "second", failed);
    await remoteUploads.remove(may(id) as never);
    assert.equal(await remoteUploads.findRequest(id), undefined);
    // Jobs that have not ended record their end themselves.
    assert.deepEqual(await left(), ["other", "second"]);
  });

  test("lists an account's requests newest first, page by page, all or those of one root", async () => {
    await using opened = await open();
    const { remoteUploads } = opened.database;
    const [owner, other] = [await createOwner(opened.database), await createOwner(opened.database)];
    const ids: number[] = [];
    for (const rootFolderId of [owner.place.folderId, 77, owner.place.folderId]) {
      ids.unshift(await remoteUploads.create(request(owner.place, { rootFolderId }), [item()]));
    }
    await remoteUploads.create(request(other.place), [item()]);
    const { accountId } = owner.place;
    const list = async (rootFolderId: number | undefined, before: number | undefined, limit: number) =>
      (await remoteUploads.listRequests({ accountId, rootFolderId }, { before, limit })).map(({ id }) => id);
    assert.deepEqual(await list(undefined, undefined, 9), ids);
    assert.deepEqual(await list(undefined, ids[0], 1), ids.slice(1, 2));
    assert.deepEqual(await list(77, undefined, 9), ids.slice(1, 2));
    assert.deepEqual(await remoteUploads.listItems([]), []);
  });

  test("forgets the oldest ended ones by number, size and age, and never a running one", async () => {
    await using opened = await open();
    const { remoteUploads } = opened.database;
    const { place, account } = await createOwner(opened.database);
    const ids: number[] = [];
    const make = async (endedAt: number | undefined, url = "https://example.org/") => {
      const created = item({ url });
      ids.push(await remoteUploads.create(request(place, { sealedHeaders: undefined, sizeBytes: 220 }), [created]));
      if (endedAt !== undefined) await remoteUploads.end(created.id, created.jobId, { ...failed, at: at(endedAt) });
    };
    await make(undefined);
    for (const end of [1, 2, 3]) await make(end);
    const left = async () =>
      (await remoteUploads.listRequests({ accountId: account.id, rootFolderId: undefined }, all)).map(({ id }) => id);
    const all = { before: undefined, limit: 99 };
    const [open0, , second, third] = ids;
    assert.equal(await remoteUploads.removeOldestEnded(account.id, { requests: 2, bytes: 1e6 }), 1);
    assert.deepEqual(await left(), [third, second, open0]);
    assert.equal(await remoteUploads.removeOldestEnded(account.id, { requests: 9, bytes: 300 }), 1);
    assert.deepEqual(await left(), [third, open0]);
    assert.equal(await remoteUploads.removeEndedBefore(at(3)), 0);
    assert.equal(await remoteUploads.removeEndedBefore(at(4)), 1);
    assert.deepEqual(await left(), [open0]);
    assert.equal(await remoteUploads.removeSomeByAccount(may(account.id)), 1);
    assert.equal(await remoteUploads.removeSomeByAccount(may(account.id)), 0);
    assert.deepEqual(await left(), []);
    assert.deepEqual(await remoteUploads.countOpen(account.id), { count: 0, bytes: 0 });
  });
}

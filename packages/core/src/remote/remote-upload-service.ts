import { planInForce } from "../accounts/plans.ts";
import { auditRecord } from "../audit/audit-trail.ts";
import { ArgumentError, DomainError } from "../errors.ts";
import { admitToFolder, type FolderReference } from "../folders/folder-access.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import { Listing, pagesByPosition } from "../listing.ts";
import type { AccountActor, Actor } from "../policy/actor.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import { permit } from "../policy/permitted.ts";
import { type Reader, rightOf, whileRight } from "../policy/reading-right.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { Sealer } from "../ports/sealer.ts";
import { newRecordId } from "../random-ids.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import { ownerOf, requireAccount, requireRemoteRight } from "./orderer.ts";
import { KEPT_ENDED, MOST_OPEN_BYTES, pageOf, remoteBytesOf } from "./remote-bounds.ts";
import {
  MOST_REMOTE_URLS,
  REMOTE_UPLOAD,
  type RemoteItem,
  type RemoteItemNow,
  type RemoteRequest,
} from "./remote-upload.ts";
import { laneOf, readSourceAddress, type SourceAddress } from "./source-address.ts";
import { checkedHeaders, headerText, type SourceHeader } from "./source-headers.ts";

export interface RemoteUploadDetails {
  request: RemoteRequest;
  items: RemoteItemNow[];
}

export interface RemoteUploadPage {
  uploads: RemoteUploadDetails[];
  /** The `before` of the next page. */
  next: number | undefined;
}

export interface RemoteOrder {
  urls: readonly string[];
  folder: FolderReference;
  headers: readonly SourceHeader[];
}

/** Remote uploads: addresses that the server fetches for accounts. */
export class RemoteUploadService {
  readonly #database: Database;
  readonly #jobs: JobQueue;
  readonly #sealer: Sealer;
  readonly #space: StorageSpace;
  readonly #clock: Clock;
  readonly #mostWaiting: number;

  constructor(input: {
    database: Database;
    jobs: JobQueue;
    sealer: Sealer;
    space: StorageSpace;
    clock: Clock;
    mostWaiting: number;
  }) {
    this.#database = input.database;
    this.#jobs = input.jobs;
    this.#sealer = input.sealer;
    this.#space = input.space;
    this.#clock = input.clock;
    this.#mostWaiting = input.mostWaiting;
  }

  /**
   * Queues all of the addresses, or none.
   * @throws {DomainError} `bad-argument`, `folder-not-found`, `too-many-remote-uploads`, `storage-full`,
   *   `storage-unavailable` and what the policy says
   */
  async order(actor: Actor, { urls, folder, headers }: RemoteOrder): Promise<RemoteUploadDetails> {
    const account = requireAccount(actor);
    if (urls.length === 0 || urls.length > MOST_REMOTE_URLS) {
      throw new ArgumentError(
        "too-many-addresses",
        `One request takes 1 to ${MOST_REMOTE_URLS} URLs; nothing was queued.`,
        MOST_REMOTE_URLS,
      );
    }
    const sealedHeaders = await this.#sealHeaders(account.account.id, headers);
    const items = await Promise.all(urls.map((url) => this.#newItem(readSourceAddress(url))));
    await this.#space.takeRows(urls.length);
    const now = this.#clock.now();
    const id = await transactionAs(this.#database, account, async (rows, caller) => {
      requireRemoteRight(caller, now);
      const admitted = await admitToFolder(rows, caller, folder, now);
      const sizeBytes = remoteBytesOf(items, sealedHeaders);
      await this.#requireRoom(rows, caller, { count: items.length, sizeBytes });
      const jobs = await this.#queue(rows, caller.account.id, items);
      const request = {
        accountId: caller.account.id,
        apiKeyId: caller.key?.id,
        address: caller.address,
        rootFolderId: caller.rootFolderId,
        folderId: admitted.id,
        requestedAt: now,
        sealedHeaders,
        sizeBytes,
      };
      const created = await rows.remoteUploads.create(
        request,
        items.map((item, at) => ({ ...item, jobId: jobs[at] ?? "" })),
      );
      await rows.remoteUploads.removeOldestEnded(caller.account.id, KEPT_ENDED);
      const details = { count: items.length, folder: admitted.folder.id };
      await rows.audit.append([auditRecord(caller, now, { action: "remote.request", objectId: created, details })]);
      return created;
    });
    this.#jobs.wake();
    return this.get(account, id);
  }

  /** @throws {DomainError} `remote-upload-not-found` */
  async get(actor: Actor, id: number): Promise<RemoteUploadDetails> {
    const request = await this.#database.remoteUploads.findRequest(id);
    permitted(actor, request, this.#clock.now());
    return { request, items: await this.#database.remoteUploads.listItems([id]) };
  }

  /** Newest first. */
  async list(actor: Actor, reader: Reader = {}): Promise<Listing<RemoteRequest>> {
    const owner = ownerOf(requireAccount(actor));
    const right = rightOf({ database: this.#database, clock: this.#clock }, actor, reader, () => undefined);
    const read = (before: number | undefined, limit: number) =>
      this.#database.remoteUploads.listRequests(owner, { before, limit });
    return Listing.from(
      whileRight(
        pagesByPosition(read, ({ id }) => id, Infinity),
        right,
      ),
      async () => NaN,
      right,
    );
  }

  /** Newest first, with all addresses: at least one request, and no more than `limit`. */
  async listDetails(actor: Actor, page: { before: number | undefined; limit: number }): Promise<RemoteUploadPage> {
    const owner = ownerOf(requireAccount(actor));
    const found = await this.#database.remoteUploads.listRequests(owner, page);
    const requests = pageOf(found);
    const items = await this.#database.remoteUploads.listItems(requests.map(({ id }) => id));
    const of = Map.groupBy(items, ({ item }) => item.requestId);
    const uploads = requests.map((request) => ({ request, items: of.get(request.id) ?? [] }));
    const isWhole = requests.length === found.length && found.length < page.limit;
    return { uploads, next: isWhole ? undefined : requests.at(-1)?.id };
  }

  /**
   * Cancels everything in it that has not ended: running fetches end within moments. Files that have arrived stay.
   * @param itemId cancels only one address; default: all
   * @throws {DomainError} `remote-upload-not-found`
   */
  async cancel(actor: Actor, id: number, itemId?: string): Promise<RemoteUploadDetails> {
    const now = this.#clock.now();
    await transactionAs(this.#database, requireAccount(actor), async (rows, caller) => {
      requireRemoteRight(caller, now);
      const { request, items } = await this.#chosen(rows, caller, id, itemId);
      const open = items.filter(({ item }) => item.end === undefined);
      for (const { item } of open) {
        const question = { action: "remote.manage", request, job: { id: item.jobId } } as const;
        await this.#jobs.callOff(rows, permit(caller, question, { now, linkPassword: "not-needed" }), now);
      }
      if (open.length === 0) return;
      const details = { count: open.length };
      await rows.audit.append([auditRecord(caller, now, { action: "remote.cancel", objectId: id, details })]);
    });
    this.#jobs.wake();
    return this.get(actor, id);
  }

  /**
   * Queues failed or cancelled addresses again, on behalf of the current caller; files that have arrived stay.
   * @param again headers, which are not kept; `itemId` of one address
   * @throws {DomainError} `remote-upload-not-found`, `bad-argument` if nothing is missing or a password was not kept
   */
  async retry(
    actor: Actor,
    id: number,
    again: { itemId?: string | undefined; headers?: readonly SourceHeader[] | undefined } = {},
  ): Promise<RemoteUploadDetails> {
    const account = requireAccount(actor);
    const sealedHeaders = await this.#sealHeaders(account.account.id, again.headers ?? []);
    await this.#space.takeRows(MOST_REMOTE_URLS);
    const now = this.#clock.now();
    await transactionAs(this.#database, account, async (rows, caller) => {
      requireRemoteRight(caller, now);
      const { request, items } = await this.#chosen(rows, caller, id, again.itemId);
      const lacking = items.flatMap(({ item }) => (item.end !== undefined && item.end.state !== "done" ? item : []));
      requireRepeatable(lacking);
      const sizeBytes = request.sizeBytes + remoteBytesOf([], sealedHeaders);
      await this.#requireRoom(rows, caller, { count: lacking.length, sizeBytes });
      const jobs = await this.#queue(rows, caller.account.id, lacking);
      await rows.remoteUploads.reopen(
        permit(caller, { action: "remote.manage", request }, { now, linkPassword: "not-needed" }),
        lacking.map((item, at) => ({ id: item.id, jobId: jobs[at] ?? "" })),
        // What failed with the first caller's key can be retried by somebody with another one.
        { sealedHeaders, apiKeyId: caller.key?.id, address: caller.address },
      );
      const record = { action: "remote.retry", objectId: id, details: { count: lacking.length } };
      await rows.audit.append([auditRecord(caller, now, record)]);
    });
    this.#jobs.wake();
    return this.get(actor, id);
  }

  /**
   * Removes an ended request from the list; files that have arrived stay.
   * @throws {DomainError} `remote-upload-not-found`, `bad-argument` if it has not ended
   */
  async remove(actor: Actor, id: number): Promise<void> {
    const now = this.#clock.now();
    await transactionAs(this.#database, requireAccount(actor), async (rows, caller) => {
      requireRemoteRight(caller, now);
      const request = await rows.remoteUploads.findRequest(id);
      if (request === undefined) throw new DomainError("remote-upload-not-found", "There is no such remote upload.");
      const mayManage = permit(caller, { action: "remote.manage", request }, { now, linkPassword: "not-needed" });
      if (request.endedAt === undefined) {
        throw new ArgumentError("not-ended", "This remote upload has not ended yet; cancel it first.");
      }
      await rows.remoteUploads.remove(mayManage);
      await rows.audit.append([auditRecord(caller, now, { action: "remote.remove", objectId: id })]);
    });
  }

  async #chosen(
    rows: Repositories,
    actor: AccountActor,
    id: number,
    itemId: string | undefined,
  ): Promise<RemoteUploadDetails> {
    const request = await rows.remoteUploads.findRequest(id);
    permitted(actor, request, this.#clock.now());
    const items = await rows.remoteUploads.listItems([id]);
    const chosen = itemId === undefined ? items : items.filter(({ item }) => item.id === itemId);
    if (chosen.length > 0) return { request, items: chosen };
    throw new DomainError("remote-upload-not-found", "This request has no such URL.");
  }

  async #queue(
    rows: Repositories,
    accountId: string,
    items: readonly { id: string; url: string }[],
  ): Promise<string[]> {
    const orders = items.map(({ id, url }) => ({
      kind: REMOTE_UPLOAD,
      payload: { item: id },
      accountId,
      lane: laneOf(url),
    }));
    return this.#jobs.addMany(rows, orders);
  }

  async #requireRoom(
    rows: Repositories,
    { account }: AccountActor,
    added: { count: number; sizeBytes: number },
  ): Promise<void> {
    const { maxWaitingRemoteUploads = Infinity } = planInForce(account, this.#clock.now());
    const most = Math.min(this.#mostWaiting, maxWaitingRemoteUploads);
    const open = await rows.remoteUploads.countOpen(account.id);
    if (open.count + added.count <= most && open.bytes + added.sizeBytes <= MOST_OPEN_BYTES) return;
    throw new DomainError(
      "too-many-remote-uploads",
      `This account already has ${open.count} URLs waiting, and the limit is ${most}; nothing was queued.`,
    );
  }

  async #newItem({ url, shownUrl, hasCredentials }: SourceAddress) {
    const id = newRecordId();
    const sealedUrl = hasCredentials ? await this.#sealer.seal(url, id) : undefined;
    return { id, url: shownUrl, sealedUrl, hasCredentials };
  }

  async #sealHeaders(accountId: string, headers: readonly SourceHeader[]): Promise<string | undefined> {
    const checked = checkedHeaders(headers);
    return checked.length === 0 ? undefined : this.#sealer.seal(headerText(checked), accountId);
  }
}

function permitted(actor: Actor, request: RemoteRequest | undefined, now: Date): asserts request is RemoteRequest {
  if (request === undefined) throw new DomainError("remote-upload-not-found", "There is no such remote upload.");
  permit(actor, { action: "remote.manage", request }, { now, linkPassword: "not-needed" });
}

function requireRepeatable(items: readonly RemoteItem[]): void {
  if (items.length === 0)
    throw new ArgumentError("nothing-to-retry", "Nothing in this request failed or was cancelled.");
  const closed = items.find(({ hasCredentials }) => hasCredentials);
  if (closed === undefined) return;
  throw new ArgumentError(
    "credentials-not-stored",
    `The name and password for ${closed.url} are no longer stored; request that URL again. Nothing was queued.`,
    closed.url,
  );
}

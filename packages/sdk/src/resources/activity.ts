import type { ActivityListRequest } from "@consigne/contract";
import type { ApiCaller, CallAnswer, CallOptions } from "../calls/api-caller.ts";
import { findInstant, findText, present, readText } from "./wire-values.ts";

/** Which changes to list. */
export interface ActivityFilter {
  /** `me`: by the account itself; `others`: by anybody else. */
  by?: "me" | "others" | undefined;
  keyId?: string | undefined;
  objectId?: string | undefined;
  /** Such as `file.move`. */
  action?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
}

/** One change. */
export interface ActivityRecord {
  at: Date | undefined;
  /** Somebody signed in, a key, or somebody outside the account. */
  by: "session" | "key" | "administrator" | "operator" | "server" | "other";
  keyId: string | undefined;
  /** IP address; undefined unless the account itself did it. */
  address: string | undefined;
  /** With `other`, in a shared folder: the address that it was shared with. */
  actorEmail?: string | undefined;
  /** Address of the owner, if it was in a folder that somebody shares with the account. */
  ownerEmail?: string | undefined;
  /** Such as `file.move`. */
  action: string;
  objectId: string;
  details: Readonly<Record<string, string | number | boolean>>;
}

export interface ActivityPage {
  records: ActivityRecord[];
  /** `cursor` of the next page; undefined on the last one. */
  next: string | undefined;
}

/** Activity in the account, newest first. 1fichier.com has no such calls. */
export class Activity {
  readonly #caller: ApiCaller;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  /** Fetched page by page, as it is needed. */
  async *list(filter: ActivityFilter = {}, options: CallOptions = {}): AsyncGenerator<ActivityRecord, void, undefined> {
    for (let cursor: string | undefined; ;) {
      const page = await this.page({ ...filter, cursor }, options);
      yield* page.records;
      if (page.next === undefined) return;
      cursor = page.next;
    }
  }

  /** Up to `limit` records, at most 500. */
  async page(
    {
      keyId,
      objectId,
      since,
      until,
      ...rest
    }: ActivityFilter & { limit?: number | undefined; cursor?: string | undefined },
    options: CallOptions = {},
  ): Promise<ActivityPage> {
    const body: ActivityListRequest = present({
      ...rest,
      key_id: keyId,
      object_id: objectId,
      since: since?.toISOString(),
      until: until?.toISOString(),
    });
    const { records, next } = await this.#caller.call("activityList", body, options);
    return { records: records.map(toRecord), next };
  }
}

function toRecord(raw: CallAnswer<"activityList">["records"][number]): ActivityRecord {
  return {
    at: findInstant(raw.at),
    by: raw.by,
    keyId: findText(raw.key_id),
    address: findText(raw.address),
    ...present({ actorEmail: findText(raw.actor_email), ownerEmail: findText(raw.owner_email) }),
    action: readText(raw.action),
    objectId: readText(raw.object_id),
    details: raw.details,
  };
}

import { type ActivityListResponse, endpoints, instantIn, toInstantText } from "@consigne/contract";
import {
  type AuditPosition,
  type AuditRecord,
  type EdgeServices,
  OPERATOR_ADDRESS,
  SERVER_ADDRESS,
} from "@consigne/core";
import { callingAccount } from "../../wire/calling-account.ts";
import { RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { neighbourOf } from "../../wire/neighbours.ts";

const MOST_RECORDS = 500;
const CURSOR = /^(\d{1,15})-([\w-]{1,64})$/;

type WireRecord = ActivityListResponse["records"][number];

/** `/x/v1/activity`: what was done in an account, for its owner. */
export function addActivity(json: JsonEndpoints, { activity }: Pick<EdgeServices, "activity">): void {
  json.add({
    endpoint: endpoints.activityList,
    handle: async ({ actor, input }) => {
      const caller = callingAccount(actor);
      const { by, key_id: apiKeyId, object_id: objectId, action, since, until, cursor, limit = MOST_RECORDS } = input;
      const filter = { by, apiKeyId, objectId, action, since: momentIn(since), until: momentIn(until) };
      const after = cursor === undefined ? undefined : positionIn(cursor);
      const { records, next } = await activity.page(caller, filter, { after, limit });
      return {
        status: "OK" as const,
        records: records.map((record) => wireRecord(record, caller.account.id)),
        ...(next === undefined ? {} : { next: `${next.at.getTime()}-${next.id}` }),
      };
    },
  });
}

const momentIn = (text: string | undefined): Date | undefined => (text === undefined ? undefined : instantIn(text));

function positionIn(cursor: string): AuditPosition {
  const [, time, id] = CURSOR.exec(cursor) ?? [];
  if (time === undefined || id === undefined)
    throw new RequestError("badRequest", "This cursor is not from an earlier answer.");
  return { at: new Date(Number(time)), id };
}

/** Other people's IP addresses are not shown. */
function wireRecord(record: AuditRecord, accountId: string): WireRecord {
  const { at, apiKeyId, address, action, objectId, details } = record;
  const isOwn = record.accountId === accountId;
  return {
    at: toInstantText(at),
    by: isOwn ? (apiKeyId === undefined ? "session" : "key") : byOthers(record, accountId),
    ...(isOwn && apiKeyId !== undefined ? { key_id: apiKeyId } : {}),
    ...(isOwn ? { address } : {}),
    ...neighbourOf(record, accountId),
    action,
    object_id: objectId,
    details: { ...details },
  };
}

function byOthers({ accountId, address, objectId }: AuditRecord, toldTo: string): WireRecord["by"] {
  // Nobody else may change an account itself; others only change files and folders in it.
  if (accountId !== undefined) return objectId === toldTo ? "administrator" : "other";
  if (address === OPERATOR_ADDRESS) return "operator";
  return address === SERVER_ADDRESS ? "server" : "other";
}

import { type AdminKeyLsResponse, endpoints, toInstantText } from "@consigne/contract";
import type { Account, ApiKey, EdgeServices } from "@consigne/core";
import type { EdgeSettings } from "../../edge-settings.ts";
import { callingAccount } from "../../wire/calling-account.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { nextOf, positionIn } from "../../wire/time-cursor.ts";
import { userBy } from "./admin.ts";
import { wireKey } from "./keys.ts";

const MOST_ROWS = 500;

/** `/x/v1/admin/key`: the keys of any account, for administrators. */
export function addUserKeys(
  json: JsonEndpoints,
  services: Pick<EdgeServices, "accounts" | "keys">,
  { clock }: EdgeSettings,
): void {
  const { keys } = services;
  json.add({
    endpoint: endpoints.adminKeyLs,
    handle: async ({ actor, input: { email, limit = MOST_ROWS, cursor } }) => {
      const caller = callingAccount(actor);
      const account = await userBy(services, caller, email);
      const after = cursor === undefined ? undefined : positionIn(cursor);
      const found = await keys.pageOfUser(caller, account, after, limit + 1);
      const now = clock.now();
      return {
        status: "OK" as const,
        keys: found.slice(0, limit).map((key) => userKey(key, account, now)),
        ...nextOf(found, limit),
      };
    },
  });
  json.add({
    endpoint: endpoints.adminKeyRevoke,
    handle: async ({ actor, input }) => {
      const withCreated = input.with_created === 1;
      const { key, created, owner } = await keys.revokeOfUser(callingAccount(actor), input.id, { withCreated });
      const now = clock.now();
      return {
        status: "OK" as const,
        email: owner.email,
        key: userKey(key, owner, now),
        created_keys: created.map((each) => userKey(each, owner, now)),
      };
    },
  });
}

function userKey(key: ApiKey, owner: Account, now: Date): AdminKeyLsResponse["keys"][number] {
  const { endedAt, revokedAt } = key;
  return {
    ...wireKey(key, owner, now),
    ...(endedAt === undefined ? {} : { ended_at: toInstantText(endedAt) }),
    ...(revokedAt === undefined ? {} : { revoked_at: toInstantText(revokedAt) }),
  };
}

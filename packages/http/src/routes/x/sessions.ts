import { endpoints, type SessionLsResponse, toInstantText } from "@consigne/contract";
import type { AccountActor, EdgeServices, Session } from "@consigne/core";
import { callingAccount } from "../../wire/calling-account.ts";
import { RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";

/** `/x/v1/session`: where the account is signed in. */
export function addSessions(json: JsonEndpoints, { sessions }: Pick<EdgeServices, "sessions">): void {
  json.add({
    endpoint: endpoints.sessionLs,
    handle: async ({ actor }) => {
      const caller = callingAccount(actor);
      const listed = await sessions.list(caller, caller.account);
      return { status: "OK" as const, sessions: listed.map((session) => wireSession(session, caller)) };
    },
  });
  json.add({
    endpoint: endpoints.sessionRm,
    handle: async ({ actor, input }) => {
      const caller = callingAccount(actor);
      const isForOthers = input.others === 1;
      if ((input.id !== undefined) === isForOthers) throw new RequestError("badRequest", "Give either id or others.");
      if (input.id === undefined) return { status: "OK" as const, ended: await sessions.endOthers(caller) };
      await sessions.end(caller, input.id);
      return { status: "OK" as const, ended: 1 };
    },
  });
}

function wireSession(session: Session, caller: AccountActor): SessionLsResponse["sessions"][number] {
  return {
    id: session.id,
    is_current: session.id === caller.session?.id ? 1 : 0,
    user_agent: session.userAgent,
    address: session.address,
    is_address_bound: session.boundAddress === undefined ? 0 : 1,
    created_at: toInstantText(session.createdAt),
    last_used_at: toInstantText(session.lastUsedAt),
    expires_at: toInstantText(session.endsAt),
  };
}

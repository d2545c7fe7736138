import { type AccountActor, type Actor, isAccountActor } from "@consigne/core";
import { RequestError } from "./error-answer.ts";

/** Who calls where a call is for accounts alone; the contract lets nobody else come so far. */
export function callingAccount(actor: Actor): AccountActor {
  if (isAccountActor(actor)) return actor;
  throw new RequestError("notAuthenticated", "This needs an API key.");
}

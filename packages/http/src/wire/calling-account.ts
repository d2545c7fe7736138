import { type AccountActor, type Actor, isAccountActor } from "@consigne/core";
import { RequestError } from "./error-answer.ts";

/** The caller of an endpoint for accounts; the contract does not let anybody else through. */
export function callingAccount(actor: Actor): AccountActor {
  if (isAccountActor(actor)) return actor;
  throw new RequestError("notAuthenticated", "This needs an API key.");
}

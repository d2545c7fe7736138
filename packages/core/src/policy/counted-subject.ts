import { type Actor, isAccountActor } from "./actor.ts";
import { countedAddress, countedNetwork } from "./counted-address.ts";

/** Whoever bounds count: an account, or the guests of an address, who count together with their network. */
export interface CountedSubject {
  readonly id: string;
  /** Of IPv6 guests the /48; else the same as `id`. */
  readonly network: string;
}

export function countedSubject(actor: Actor): CountedSubject {
  if (isAccountActor(actor)) return { id: actor.account.id, network: actor.account.id };
  const id = countedAddress(actor.address);
  return { id, network: countedNetwork(actor.address) ?? id };
}

import { type Actor, isAccountActor } from "./actor.ts";
import { countedAddress, countedNetwork } from "./counted-address.ts";

/** Whom limits count: an account, or the guests at an address, who also count with their network. */
export interface CountedSubject {
  readonly id: string;
  /** The /48 of IPv6 guests; otherwise the same as `id`. */
  readonly network: string;
}

export function countedSubject(actor: Actor): CountedSubject {
  if (isAccountActor(actor)) return { id: actor.account.id, network: actor.account.id };
  const id = countedAddress(actor.address);
  return { id, network: countedNetwork(actor.address) ?? id };
}

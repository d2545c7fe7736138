import type { Client } from "@consigne/sdk";

/** What is kept to where a server does not say, as 1fichier.com. */
const CAUTIOUS_PER_SECOND = 2;
/** The client library stays that much below what is announced. */
const SHARE_OF_RATE = 0.9;

/** How long the limits keep two calls apart, in milliseconds; 0 where there are none. */
export async function paceOf(client: Client): Promise<number> {
  const description = await client.about().catch(() => undefined);
  if (description === undefined) return 1000 / CAUTIOUS_PER_SECOND;
  const { callsPerSecond } = description.limits;
  return callsPerSecond === undefined ? 0 : Math.ceil(1000 / (callsPerSecond * SHARE_OF_RATE));
}

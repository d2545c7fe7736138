import type { Client } from "@consigne/sdk";

/** Used if a server does not say, like 1fichier.com. */
const CAUTIOUS_PER_SECOND = 2;
/** The client library stays this much below the announced rate. */
const SHARE_OF_RATE = 0.9;

/** The interval between two calls that the limits require, in milliseconds; 0 without limits. */
export async function paceOf(client: Client): Promise<number> {
  const description = await client.about().catch(() => undefined);
  if (description === undefined) return 1000 / CAUTIOUS_PER_SECOND;
  const { callsPerSecond } = description.limits;
  return callsPerSecond === undefined ? 0 : Math.ceil(1000 / (callsPerSecond * SHARE_OF_RATE));
}

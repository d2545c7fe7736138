import type { AccessRules } from "@consigne/sdk";
import type { Output } from "../command-line/output.ts";
import type { OpenClient } from "./open-client.ts";

/** A list of countries admits nobody if the server's operator has no country database. */
export async function noteUnknownCountries(
  { client }: OpenClient,
  output: Pick<Output, "note">,
  access: AccessRules | null | undefined,
): Promise<void> {
  if ((access?.countries ?? []).length === 0) return;
  const server = await client.about();
  if (server === undefined || server.extensions.includes("countries")) return;
  output.note(
    "This server cannot recognise countries: only you have access until its operator sets CONSIGNE_GEOIP_FILE.",
  );
}

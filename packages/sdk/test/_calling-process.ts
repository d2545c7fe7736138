import { createClient } from "@consigne/sdk";

/** Makes calls as a program of its own: `node _calling-process.ts URL KEY STATE_FOLDER CALLS`; prints the locks it met. */
const [url = "", apiKey = "", stateFolder = "", calls = ""] = process.argv.slice(2);
let locks = 0;
const client = createClient({
  url,
  apiKey,
  pacing: { stateFolder },
  hooks: { onWait: ({ reason }) => (locks += reason === "flood-lock" ? 1 : 0) },
});
await Promise.all(Array.from({ length: Number(calls) }, () => client.folders.get(0)));
process.stdout.write(String(locks));

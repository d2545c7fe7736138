/**
 * A separate process that calls as often as it may: `node _paced-program.ts URL KEY FOLDER_ID LINK COUNT`. It makes one
 * call, prints a line, and makes the others once its standard input ends. Prints its errors as JSON.
 */
import { createClient } from "../src/index.ts";

const [url = "", apiKey = "", folderId = "", link = "", count = ""] = process.argv.slice(2);
const warnings: string[] = [];
const client = createClient({
  url,
  apiKey,
  logger: { debug: () => undefined, warn: (line) => void warnings.push(line) },
});
await client.folders.get(Number(folderId));
process.stdout.write("begun\n");
for await (const _ of process.stdin);
const calls = Array.from({ length: Number(count) - 1 }, (_, index) =>
  index % 2 === 0 ? client.folders.get(Number(folderId)) : client.files.info(link),
);
const errors = (await Promise.allSettled(calls)).flatMap((each) =>
  each.status === "rejected" ? [String(each.reason)] : [],
);
process.stdout.write(JSON.stringify({ errors, warnings }));

import { buildConsole, isUpToDate } from "./build-console.ts";
import { stateOfSources } from "./state-of-sources.ts";

/**
 * Before `npm start`: builds the console if it is missing or older than its sources. The server is useful without it,
 * so a failed build is only reported, and users get the plain pages.
 */
async function main(): Promise<void> {
  if (await isUpToDate(stateOfSources())) return;
  const startedAt = performance.now();
  process.stdout.write("Building the console; this takes some seconds after each update...\n");
  try {
    await buildConsole();
    process.stdout.write(`The console is built (${((performance.now() - startedAt) / 1000).toFixed(1)} s).\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
    process.stderr.write(
      `The console could not be built, so people get the plain pages instead: ${reason}\n` +
        "If npm ran on a Node.js older than 20.19, install a newer one and run npm ci again.\n",
    );
  }
}

await main();

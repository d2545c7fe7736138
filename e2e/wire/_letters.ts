import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestServer } from "@consigne/testkit";

/** The mails in the outbox to an address, once there are this many. */
export async function lettersTo(server: TestServer, email: string, atLeast: number): Promise<string[]> {
  const outbox = join(server.dataDir, "outbox");
  for (;;) {
    const names = await readdir(outbox).catch(() => []);
    const letters = await Promise.all(
      names.filter((name) => name.endsWith(".eml")).map((name) => readFile(join(outbox, name), "utf8")),
    );
    const theirs = letters.filter((letter) => letter.includes(`To: ${email}`));
    if (theirs.length >= atLeast) return theirs.map((letter) => letter.replaceAll("=\n", ""));
    await sleep(20);
  }
}

import { floodErrorOf } from "@consigne/contract/flood-errors";
import { wireErrors } from "@consigne/contract/wire-errors";
import { ArgumentError, type FloodLock, type Listing, type NamedLock } from "@consigne/core";
import type { Command } from "./typed-commander.ts";
import { type CommandOutput, print, type PrintedPage, printPages } from "../operator-output.ts";
import { withServices } from "./with-services.ts";

/** The number that callers see after `#`. */
const numberOf = ({ kind, reason }: FloodLock): number => wireErrors[floodErrorOf(kind, reason)].number;

const describe = (lock: NamedLock) => ({
  id: lock.id,
  kind: lock.kind,
  subject: lock.subject,
  email: lock.email,
  keyName: lock.keyName,
  reason: lock.reason,
  ruleNumber: numberOf(lock),
  lockedAt: lock.lockedAt.toISOString(),
  lockedUntil: lock.lockedUntil.toISOString(),
});

function whoText({ subject, email, keyName }: NamedLock): string {
  return keyName === undefined ? (email ?? subject) : `${keyName} of ${email ?? subject}`;
}

async function* printed(locks: Listing<NamedLock>): AsyncGenerator<PrintedPage> {
  for await (const page of locks.pages()) {
    const rows = page.map((lock) => [
      lock.id,
      lock.kind,
      whoText(lock),
      `#${numberOf(lock)}`,
      lock.lockedUntil.toISOString(),
    ]);
    yield { data: page.map(describe), rows };
  }
}

export function addLocks(program: Command, output: CommandOutput): void {
  const locks = program.command("locks").description("list and release locks on callers that called too often");
  locks
    .command("list", { isDefault: true })
    .description("list who is locked out, and until when")
    .option("--json", "print one JSON document")
    .action(async (options) => {
      await withServices(async ({ flood }) => {
        const active = await flood.listActive("operator");
        await printPages(output, options.json === true, ["ID", "KIND", "WHO", "RULE", "UNTIL"], printed(active));
      });
    });
  locks
    .command("release <id>")
    .description("release a lock; a running server notices within a second")
    .option("--json", "print one JSON document")
    .action(async (id, options) => {
      const wasReleased = await withServices((services) => services.flood.release("operator", id));
      if (!wasReleased) throw new ArgumentError("other", `There is no active lock ${id}.`);
      print(output, options.json === true, { id, isReleased: true }, [`Lock ${id} is released.`]);
    });
}

import {
  ArgumentError,
  type AuditRecord,
  type Listing,
  OPERATOR_ADDRESS,
  SERVER_ADDRESS,
  type Services,
} from "@consigne/core";
import type { Command } from "./typed-commander.ts";
import { type CommandOutput, type PrintedPage, printPages } from "../operator-output.ts";
import { parseCount } from "./option-values.ts";
import { withServices } from "./with-services.ts";

const DEFAULT_LIMIT = 50;

const describe = ({ at, ...record }: AuditRecord) => ({ at: at.toISOString(), ...record });

export function addAudit(program: Command, output: CommandOutput): void {
  const audit = program.command("audit").description("show who changed what");
  audit
    .command("list", { isDefault: true })
    .description("list the latest changes, newest first")
    .option("--user <email>", "only changes made by or to this account, even if it was removed")
    .option("--limit <count>", "show at most this many", parseCount, DEFAULT_LIMIT)
    .option("--json", "print one JSON document")
    .action(async (options) => {
      const hasMore = await withServices(async (services) => {
        // Reads one more than is shown, to know whether there are more.
        const found = await find(services, options.user, options.limit + 1);
        const shown = new Shown(services, found, options.limit);
        const heads = ["TIME (UTC)", "WHO", "FROM", "CHANGE", "OBJECT", "DETAILS"];
        await printPages(output, options.json === true, heads, shown.pages());
        return shown.hasMore;
      });
      if (hasMore) output.error(`There are more changes; pass --limit ${options.limit * 2} to see twice as many.`);
    });
}

/** Newest first. */
async function find({ auditLog }: Services, email: string | undefined, limit: number): Promise<Listing<AuditRecord>> {
  if (email === undefined) return auditLog.list("operator", { limit });
  const id = await auditLog.findAccount("operator", email);
  if (id === undefined)
    throw new ArgumentError("other", `There is no account ${email}, and none with this address was removed.`);
  return auditLog.listOfAccount("operator", id, limit);
}

/** At most `limit` of the results, in printable form. */
class Shown {
  hasMore = false;
  readonly #services: Services;
  readonly #found: Listing<AuditRecord>;
  readonly #limit: number;

  constructor(services: Services, found: Listing<AuditRecord>, limit: number) {
    this.#services = services;
    this.#found = found;
    this.#limit = limit;
  }

  async *pages(): AsyncGenerator<PrintedPage> {
    let left = this.#limit;
    for await (const page of this.#found.pages()) {
      const records = page.slice(0, left);
      left -= records.length;
      this.hasMore = page.length > records.length;
      if (records.length === 0) continue;
      const ids = records.flatMap(({ accountId, objectId }) => [
        objectId,
        ...(accountId === undefined ? [] : [accountId]),
      ]);
      const emails = await this.#services.auditLog.emailsOf("operator", new Set(ids));
      yield { data: records.map(describe), rows: records.map((record) => rowOf(record, emails)) };
    }
  }
}

function rowOf(record: AuditRecord, emails: ReadonlyMap<string, string>): string[] {
  const { at, accountId, address, action, objectId, details } = record;
  const isHere = address === OPERATOR_ADDRESS || address === SERVER_ADDRESS;
  const nobody = isHere ? address : "guest";
  return [
    at.toISOString(),
    accountId === undefined ? nobody : (emails.get(accountId) ?? accountId),
    isHere ? "-" : address,
    action,
    emails.get(objectId) ?? objectId,
    JSON.stringify(details),
  ];
}

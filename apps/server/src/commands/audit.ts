import { type AuditRecord, DomainError, OPERATOR_ADDRESS, SERVER_ADDRESS, type Services } from "@consigne/core";
import type { Command } from "commander";
import { type CommandOutput, print, tableLines } from "../operator-output.ts";
import { parseCount } from "./option-values.ts";
import { withServices } from "./with-services.ts";

const DEFAULT_LIMIT = 50;

const describe = ({ at, ...record }: AuditRecord) => ({ at: at.toISOString(), ...record });

export function addAudit(program: Command, output: CommandOutput): void {
  const audit = program.command("audit").description("show who changed what");
  audit
    .command("list", { isDefault: true })
    .description("list the latest changes, newest first")
    .option("--user <email>", "only changes made by or to this account, also one that was removed")
    .option("--limit <count>", "how many", parseCount, DEFAULT_LIMIT)
    .option("--json", "print one JSON document")
    .action(async (options: { user?: string; limit: number; json?: true }) => {
      const { found, emails } = await withServices(async (services) => {
        const known = await emailsOf(services);
        const accountId = options.user === undefined ? undefined : idOf(options.user, known);
        // One more than is shown tells whether there are more.
        const limit = options.limit + 1;
        return { found: await list(services, accountId, limit), emails: known };
      });
      const records = found.slice(0, options.limit);
      const table = tableLines([
        ["TIME (UTC)", "WHO", "FROM", "CHANGE", "OBJECT", "DETAILS"],
        ...records.map((record) => rowOf(record, emails)),
      ]);
      print(output, options.json === true, records.map(describe), table);
      if (found.length > records.length) {
        output.error(`There are more changes; --limit ${options.limit * 2} shows twice as many.`);
      }
    });
}

/** Newest first. */
async function list({ auditLog }: Services, accountId: string | undefined, limit: number): Promise<AuditRecord[]> {
  const latest = async (filter: { accountId?: string; objectId?: string }) =>
    (await auditLog.list("operator", { ...filter, limit })).all();
  if (accountId === undefined) return latest({});
  const by = await latest({ accountId });
  const to = await latest({ objectId: accountId });
  const all = new Map([...by, ...to].map((record) => [record.id, record]));
  return [...all.values()].toSorted((a, b) => b.at.getTime() - a.at.getTime()).slice(0, limit);
}

/** By id, those of removed accounts included; an address that is in use again belongs to the account that is there. */
async function emailsOf({ accounts, auditLog }: Services): Promise<Map<string, string>> {
  const removed = await auditLog.listRemovedAccounts("operator");
  const present = (await (await accounts.list("operator")).all()).map(({ id, email }) => [id, email] as const);
  return new Map([...present, ...removed]);
}

function idOf(email: string, emails: ReadonlyMap<string, string>): string {
  const wanted = email.toLowerCase();
  const id = [...emails].find(([, each]) => each.toLowerCase() === wanted)?.[0];
  if (id === undefined) throw new DomainError("bad-argument", `There is no account ${email}, and none was removed.`);
  return id;
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

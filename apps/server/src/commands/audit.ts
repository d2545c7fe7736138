import type { AuditRecord } from "@consigne/core";
import type { Command } from "commander";
import { type CommandOutput, print, tableLines } from "../operator-output.ts";
import { parseCount } from "./option-values.ts";
import { withServices } from "./with-services.ts";

const describe = ({ at, ...record }: AuditRecord) => ({ at: at.toISOString(), ...record });

export function addAudit(program: Command, output: CommandOutput): void {
  const audit = program.command("audit").description("who changed what");
  audit
    .command("list", { isDefault: true })
    .description("the latest changes, newest first")
    .option("--user <email>", "changes made by this account only")
    .option("--limit <count>", "how many", parseCount, 50)
    .option("--json", "print one JSON document")
    .action(async (options: { user?: string; limit: number; json?: true }) => {
      const { records, emails } = await withServices(async ({ accounts, auditLog }) => {
        const by = options.user === undefined ? undefined : await accounts.getByEmail(options.user);
        const found = await auditLog.list({ limit: options.limit, ...(by === undefined ? {} : { accountId: by.id }) });
        return {
          records: found,
          emails: new Map((await (await accounts.list()).all()).map(({ id, email }) => [id, email])),
        };
      });
      const rows = records.map((record) => [
        record.at.toISOString(),
        record.accountId === undefined ? "" : (emails.get(record.accountId) ?? record.accountId),
        record.address,
        record.action,
        record.objectId,
        JSON.stringify(record.details),
      ]);
      const table = tableLines([["TIME", "WHO", "FROM", "CHANGE", "OBJECT", "DETAILS"], ...rows]);
      print(output, options.json === true, records.map(describe), table);
    });
}

import type { AccountHoldings } from "@consigne/core";
import type { Command } from "./typed-commander.ts";
import { type CommandOutput, counted, print } from "../operator-output.ts";
import { terminalText } from "../terminal-text.ts";
import { confirmByName } from "./confirm.ts";
import { withServices } from "./with-services.ts";

export function addRemoval(user: Command, output: CommandOutput): void {
  user
    .command("remove <email>")
    .description("remove an account with its files, folders and keys; run it again to resume an interrupted removal")
    .option("--yes", "do not ask for confirmation")
    .option("--json", "print one JSON document")
    .action(async (email, options) => {
      const found = await withServices(async ({ accounts, accountRemoval }) => {
        const account = await accounts.getByEmail("operator", email);
        return { account, holdings: await accountRemoval.getHoldings("operator", account) };
      });
      const { account } = found;
      const name = terminalText(account.email);
      const warning = `${name} would be removed with ${holdingsText(found.holdings)}. This cannot be undone.`;
      if (options.yes !== true) await confirmByName(warning, name);
      const removed = await withServices(({ accountRemoval }) => accountRemoval.run("operator", account));
      print(output, options.json === true, describe(account.email, removed), [
        `${account.email} was removed with ${holdingsText(removed)}.`,
      ]);
    });
}

const describe = (email: string, holdings: AccountHoldings) => ({
  email,
  files: holdings.fileCount,
  bytes: holdings.sizeBytes,
  folders: holdings.folderCount,
  shares: holdings.shareCount,
  keys: holdings.keyCount,
});

function holdingsText({ fileCount, sizeBytes, folderCount, shareCount, keyCount }: AccountHoldings): string {
  const files = `${counted(fileCount, "file")} and ${fileCount === 1 ? "its link" : "their links"}`;
  const folders = `${counted(folderCount, "folder")} (${shareCount} shared)`;
  return `${files}, ${counted(sizeBytes, "byte")}, ${folders} and ${counted(keyCount, "API key")}`;
}

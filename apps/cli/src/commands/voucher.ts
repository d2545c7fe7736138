import type { Voucher } from "@consigne/sdk";
import { openClient } from "../client/open-client.ts";
import {
  defineCommand,
  dryRunOption,
  jsonOption,
  type CommandCall,
  type CommandGroupSpec,
  type JsonValues,
  yesOption,
} from "../command-line/command.ts";
import { confirm } from "../command-line/confirm.ts";
import { CliError, UsageError } from "../command-line/errors.ts";
import { readSecret } from "../command-line/secret-input.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";

const codeArgument = {
  label: "code",
  description: "the voucher, or - to be asked for it; anyone who sees it can use it",
};

export const voucherCommands: CommandGroupSpec = {
  name: "voucher",
  description: "List, check and use vouchers.",
  commands: [
    defineCommand({
      name: "ls",
      description: "List unused vouchers.",
      options: [...connectionOptions, jsonOption("code", "service")],
      async handler(call) {
        using open = await openClient(call);
        for (const voucher of await open.client.vouchers.list({ signal: open.signal })) print(call, voucher);
      },
    }),
    defineCommand({
      name: "check",
      description: "Show what a voucher is worth, without using it.",
      arguments: [codeArgument],
      options: [...connectionOptions, jsonOption("code", "service")],
      async handler(call) {
        const code = await readCode(call);
        using open = await openClient(call);
        print(call, await open.client.vouchers.check(code, { signal: open.signal }));
      },
    }),
    defineCommand({
      name: "use",
      description: "Use a voucher, for this account or another. This cannot be undone.",
      arguments: [codeArgument],
      options: [
        { flags: "--for <mail>", description: "the account to use it for" },
        yesOption,
        dryRunOption,
        ...connectionOptions,
        jsonOption("code", "service"),
      ],
      async handler(call) {
        const { options } = call;
        const code = await readCode(call);
        using open = await openClient(call);
        const { client, signal } = open;
        const voucher = await client.vouchers.check(code, { signal });
        const email = options.for;
        if (!options.dryRun) {
          const question = `Use the voucher "${visible(voucher.service)}" for ${visible(email ?? "this account")}?`;
          if (!(await confirm(call, question))) throw new CliError("refused", "The voucher was not used.");
          await client.vouchers.use(code, { email, signal });
        }
        print(call, voucher);
      },
    }),
  ],
};

async function readCode(call: CommandCall): Promise<string> {
  const [given = ""] = call.arguments;
  const code = given === "-" ? await readSecret(call, "Voucher: ") : given;
  if (code === "") throw new UsageError("No voucher was given.");
  return code;
}

function print({ options, output }: CommandCall<JsonValues>, { code, service }: Voucher): void {
  if (options.json) output.print(JSON.stringify({ code, service }));
  else output.print(`${visible(code)}  ${visible(service)}`);
}

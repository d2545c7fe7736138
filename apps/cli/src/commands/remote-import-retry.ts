import { faceOfHost } from "@consigne/contract/links";
import type { Import } from "@consigne/sdk";
import type { OpenClient } from "../client/open-client.ts";
import type { CommandCall } from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
import type { ValuesOf } from "../command-line/option.ts";
import { optionalSecret } from "../command-line/password-option.ts";
import { findSourceKey } from "../profiles/import-source.ts";
import {
  askedKey,
  importName,
  printImport,
  requireOneSecret,
  type ShowValues,
  type sourceSecretOptions,
} from "./remote-import.ts";
import { orNoSuch } from "./remote-texts.ts";

type RetryValues = ShowValues &
  ValuesOf<typeof sourceSecretOptions> & {
    readonly item: string | undefined;
    readonly header: readonly unknown[];
    readonly dryRun: boolean;
  };

/** The server deleted the secrets for the source when the import ended. */
export async function retryImport(call: CommandCall<RetryValues>, open: OpenClient, id: number): Promise<number> {
  const { options } = call;
  const { client, signal } = open;
  if (options.item !== undefined) throw new UsageError("An import can only be retried as a whole; leave out --item.");
  if (options.header.length > 0)
    throw new UsageError("--header has no effect on an import; it applies only to single URLs.");
  requireOneSecret(options);
  const found = await orNoSuch(client.imports.get(id, { signal }), importName(id));
  if (options.dryRun) return printImport(call, open, found);
  const sourceKey = await keyOf(call, found);
  const password = found.kind === "page" ? await optionalSecret(call) : undefined;
  return printImport(call, open, await client.imports.retry(id, { sourceKey, password, signal }));
}

async function keyOf(call: CommandCall<RetryValues>, { kind, source }: Import): Promise<string | undefined> {
  if (kind === "index") return undefined;
  const found = await findSourceKey(call, source, kind === "page");
  const isOpen = kind === "page" && faceOfHost(new URL(source).host) === undefined;
  return isOpen && !call.options.sourceKeyStdin ? found.key : askedKey(call, found);
}

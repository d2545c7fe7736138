import type { RemoteUpload, RemoteUploadEntry } from "@consigne/sdk";
import { openClient } from "../client/open-client.ts";
import { parseCount, parseDuration } from "../command-line/amounts.ts";
import {
  defineCommand,
  dryRunOption,
  jsonOption,
  type CommandCall,
  type CommandGroupSpec,
  type JsonValues,
} from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
import type { OptionSpec, ValuesOf } from "../command-line/option.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { timeText } from "../command-line/times.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { findFolder } from "../remote/remote-files.ts";
import { readRemotePath } from "../remote/remote-path.ts";

const idArgument = { label: "id", description: "as `remote ls` shows it" };
const timeoutOption = {
  flags: "--timeout <time>",
  description: "stop waiting after 90s or 1h30m; the server continues",
  parse: parseDuration,
} as const satisfies OptionSpec;

const addOptions = [
  { flags: "--to <path>", description: "target folder (:/)", completes: "remote" },
  {
    flags: "--header <line>",
    description: "header for the requests, as 'Name: value'",
    isRepeatable: true,
    parse: parseHeader,
  },
  { flags: "--wait", description: "wait until they have arrived" },
  timeoutOption,
  dryRunOption,
  ...connectionOptions,
  jsonOption("id", "requestedAt", "executedAt", "sourceUrls", "results"),
] as const satisfies readonly OptionSpec[];

export const remoteCommands: CommandGroupSpec = {
  name: "remote",
  description: "Let the server fetch files from other sites.",
  commands: [
    defineCommand({
      name: "add",
      description: "Request files to be fetched; prints the number of the request.",
      arguments: [{ label: "url", description: "http or https addresses, up to 100", isList: true }],
      options: addOptions,
      needs: { "--timeout": ["--wait"] },
      examples: [
        { line: "consigne remote add --to :/isos https://example.org/a.iso", purpose: "a file from elsewhere" },
      ],
      handler: add,
    }),
    defineCommand({
      name: "ls",
      description: "List the requests.",
      options: [...connectionOptions, jsonOption("id", "requestedAt", "executedAt")],
      async handler(call) {
        using open = await openClient(call);
        for (const entry of await open.client.remoteUploads.list({ signal: open.signal })) printEntry(call, entry);
      },
    }),
    defineCommand({
      name: "show",
      description: "Show the state of a request.",
      arguments: [idArgument],
      options: [...connectionOptions, jsonOption("id", "requestedAt", "executedAt", "sourceUrls", "results")],
      async handler(call) {
        using open = await openClient(call);
        return printUpload(call, await open.client.remoteUploads.get(readId(call), { signal: open.signal }));
      },
    }),
    defineCommand({
      name: "wait",
      description: "Wait until a request is finished.",
      arguments: [idArgument],
      options: [
        timeoutOption,
        ...connectionOptions,
        jsonOption("id", "requestedAt", "executedAt", "sourceUrls", "results"),
      ],
      async handler(call) {
        const maxMs = call.options.timeout ?? Infinity;
        using open = await openClient(call);
        return printUpload(call, await open.client.remoteUploads.wait(readId(call), { signal: open.signal, maxMs }));
      },
    }),
  ],
};

async function add(call: CommandCall<ValuesOf<typeof addOptions>>): Promise<number> {
  const { options, output } = call;
  for (const url of call.arguments) {
    if (!/^https?:\/\/./i.test(url)) throw new UsageError(`"${visible(url)}" is not an http or https address.`);
  }
  const path = readRemotePath(options.to ?? ":/");
  const headers = options.header.length === 0 ? undefined : Object.fromEntries(options.header);
  const maxMs = options.timeout ?? Infinity;
  using open = await openClient(call, { profile: path.profile });
  const { client, signal } = open;
  const { listing } = await findFolder(open, { path });
  if (options.dryRun) {
    for (const url of call.arguments) output.print(`would ask for ${visible(url)}`);
    return exitCodes.ok;
  }
  const request = await client.remoteUploads.request(call.arguments, { folderId: listing.id, headers, signal });
  if (options.wait) return printUpload(call, await client.remoteUploads.wait(request.id, { signal, maxMs }));
  if (options.json) output.print(JSON.stringify({ id: request.id, requestedAt: request.requestedAt }));
  else output.print(String(request.id));
  return exitCodes.ok;
}

/** @throws {UsageError} */
function parseHeader(line: string, flag: string): readonly [name: string, value: string] {
  const [, name = "", value = ""] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(line) ?? [];
  if (name === "") throw new UsageError(`${flag} takes "Name: value".`);
  return [name, value];
}

const readId = ({ arguments: [text = ""] }: CommandCall): number => parseCount(text, "The id", { least: 1 });

function printEntry(
  { options, output }: CommandCall<JsonValues>,
  { id, requestedAt, executedAt }: RemoteUploadEntry,
): void {
  if (options.json) return output.print(JSON.stringify({ id, requestedAt, executedAt }));
  output.print(
    `${String(id).padStart(8)}  ${timeText(requestedAt)}  ${executedAt === undefined ? "waiting" : `done ${timeText(executedAt)}`}`,
  );
}

function printUpload(call: CommandCall<JsonValues>, upload: RemoteUpload): number {
  const { options, output } = call;
  const { id, requestedAt, executedAt, sourceUrls, results } = upload;
  if (options.json) output.print(JSON.stringify({ id, requestedAt, executedAt, sourceUrls, results }));
  else {
    printEntry(call, upload);
    for (const { sourceUrl, isDone, url, message } of results) {
      const outcome = isDone ? (url ?? "done") : `failed: ${message ?? "the server does not say why"}`;
      output.print(`  ${visible(sourceUrl)}  ${visible(outcome)}`);
    }
  }
  return results.every(({ isDone }) => isDone) ? exitCodes.ok : exitCodes.partial;
}

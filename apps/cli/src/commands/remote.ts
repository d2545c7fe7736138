import type { RemoteUpload, RemoteUploadEntry } from "@consigne/sdk";
import { openClient } from "../client/open-client.ts";
import { parseCount } from "../command-line/amounts.ts";
import type { CommandCall, CommandGroupSpec } from "../command-line/command.ts";
import { dryRunOption, jsonOption } from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
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
};

export const remoteCommands: CommandGroupSpec = {
  name: "remote",
  description: "Let the server fetch files from other sites.",
  commands: [
    {
      name: "add",
      description: "Request files to be fetched; prints the number of the request.",
      arguments: [{ label: "url", description: "http or https addresses, up to 100", isList: true }],
      options: [
        { flags: "--to <path>", description: "target folder (:/)" },
        { flags: "--header <line>", description: "header for the requests, as 'Name: value'", isRepeatable: true },
        { flags: "--wait", description: "wait until they have arrived" },
        timeoutOption,
        dryRunOption,
        ...connectionOptions,
        jsonOption("id", "requestedAt", "executedAt", "sourceUrls", "results"),
      ],
      examples: [
        { line: "consigne remote add --to :/isos https://example.org/a.iso", purpose: "a file from elsewhere" },
      ],
      handler: add,
    },
    {
      name: "ls",
      description: "List the requests.",
      options: [...connectionOptions, jsonOption("id", "requestedAt", "executedAt")],
      async handler(call) {
        using open = await openClient(call);
        for (const entry of await open.client.remoteUploads.list({ signal: open.signal })) printEntry(call, entry);
      },
    },
    {
      name: "show",
      description: "Show the state of a request.",
      arguments: [idArgument],
      options: [...connectionOptions, jsonOption("id", "requestedAt", "executedAt", "sourceUrls", "results")],
      async handler(call) {
        using open = await openClient(call);
        return printUpload(call, await open.client.remoteUploads.get(readId(call), { signal: open.signal }));
      },
    },
    {
      name: "wait",
      description: "Wait until a request is finished.",
      arguments: [idArgument],
      options: [
        timeoutOption,
        ...connectionOptions,
        jsonOption("id", "requestedAt", "executedAt", "sourceUrls", "results"),
      ],
      async handler(call) {
        const maxMs = call.options.duration("timeout") ?? Infinity;
        using open = await openClient(call);
        return printUpload(call, await open.client.remoteUploads.wait(readId(call), { signal: open.signal, maxMs }));
      },
    },
  ],
};

async function add(call: CommandCall): Promise<number> {
  const { options, output } = call;
  for (const url of call.arguments) {
    if (!/^https?:\/\/./i.test(url)) throw new UsageError(`"${visible(url)}" is no http or https address.`);
  }
  const path = readRemotePath(options.text("to") ?? ":/");
  const headers = readHeaders(options.list("header"));
  const maxMs = options.duration("timeout") ?? Infinity;
  using open = await openClient(call, { profile: path.profile });
  const { client, signal } = open;
  const { listing } = await findFolder(open, { path });
  if (options.isSet("dryRun")) {
    for (const url of call.arguments) output.print(`would ask for ${visible(url)}`);
    return exitCodes.ok;
  }
  const request = await client.remoteUploads.request(call.arguments, { folderId: listing.id, headers, signal });
  if (options.isSet("wait")) return printUpload(call, await client.remoteUploads.wait(request.id, { signal, maxMs }));
  if (options.isSet("json")) output.print(JSON.stringify({ id: request.id, requestedAt: request.requestedAt }));
  else output.print(String(request.id));
  return exitCodes.ok;
}

function readHeaders(lines: readonly string[]): Record<string, string> | undefined {
  const headers = lines.map((line) => {
    const [, name = "", value = ""] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(line) ?? [];
    if (name === "") throw new UsageError(`--header takes "Name: value".`);
    return [name, value] as const;
  });
  return headers.length === 0 ? undefined : Object.fromEntries(headers);
}

const readId = ({ arguments: [text = ""] }: CommandCall): number => parseCount(text, "The id", { least: 1 });

function printEntry({ options, output }: CommandCall, { id, requestedAt, executedAt }: RemoteUploadEntry): void {
  if (options.isSet("json")) return output.print(JSON.stringify({ id, requestedAt, executedAt }));
  output.print(
    `${String(id).padStart(8)}  ${timeText(requestedAt)}  ${executedAt === undefined ? "waiting" : `done ${timeText(executedAt)}`}`,
  );
}

function printUpload(call: CommandCall, upload: RemoteUpload): number {
  const { options, output } = call;
  const { id, requestedAt, executedAt, sourceUrls, results } = upload;
  if (options.isSet("json")) output.print(JSON.stringify({ id, requestedAt, executedAt, sourceUrls, results }));
  else {
    printEntry(call, upload);
    for (const { sourceUrl, isDone, url, message } of results) {
      const outcome = isDone ? (url ?? "done") : `failed: ${message ?? "the server does not say why"}`;
      output.print(`  ${visible(sourceUrl)}  ${visible(outcome)}`);
    }
  }
  return results.every(({ isDone }) => isDone) ? exitCodes.ok : exitCodes.partial;
}

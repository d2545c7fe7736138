import type { RemoteUploadItem, RemoteUploadProgress } from "@consigne/sdk";
import { openClient, type OpenClient } from "../client/open-client.ts";
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
import { visible } from "../command-line/visible-text.ts";
import { type ConnectionValues, connectionOptions } from "../profiles/connection.ts";
import {
  addImport,
  AWAY,
  cancelImport,
  findImportId,
  importFields,
  importOptions,
  listImports,
  readImport,
  showImport,
  sourceSecretOptions,
  orToldHowToWait,
  waitForImport,
  waitNote,
} from "./remote-import.ts";
import { retryImport } from "./remote-import-retry.ts";
import { type Entry, entryLine, printProgress, printUpload } from "./remote-print.ts";
import { itemText, orNoSuch, requestState, requestText } from "./remote-texts.ts";
import { RemoteItemsProgress } from "../progress/remote-items.ts";
import { findFolder } from "../remote/remote-files.ts";
import { readRemotePath } from "../remote/remote-path.ts";

const WATCHED_POLL_MS = 2000;

const idArgument = { label: "id", description: "id of the request, as in `remote ls`" };
const timeoutOption = {
  flags: "--timeout <time>",
  description: "stop waiting after 90s or 1h30m; the server continues",
  parse: parseDuration,
} as const satisfies OptionSpec;

const headerOption = {
  flags: "--header <line>",
  description: "header for the requests, as 'Name: value'",
  isRepeatable: true,
  parse: parseHeader,
} as const satisfies OptionSpec;
const itemOption = {
  flags: "--item <id>",
  description: "only this URL, by its id in `remote show --json`",
} as const satisfies OptionSpec;

const addOptions = [
  { flags: "--to <path>", description: "target folder (default: :/)", completes: "remote" },
  headerOption,
  ...importOptions,
  { flags: "--wait", description: "wait until the files have arrived" },
  {
    ...timeoutOption,
    description: `${timeoutOption.description}; only with --wait, or with --dry-run of an import`,
  },
  dryRunOption,
  ...connectionOptions,
  jsonOption("id", "requestedAt", "executedAt", "sourceUrls", "results", ...importFields),
] as const satisfies readonly OptionSpec[];

export const remoteCommands: CommandGroupSpec = {
  name: "remote",
  description: "Have the server fetch files from other sites.",
  commands: [
    defineCommand({
      name: "add",
      description: "Ask the server to fetch files, and print the id of the request.",
      arguments: [{ label: "url", description: "http, https or ftp URLs, up to 100", isOptional: true, isList: true }],
      options: addOptions,
      examples: [
        {
          line: "consigne remote add --to :/isos https://example.org/a.iso",
          purpose: "fetch a file from another site",
        },
        {
          line: "consigne remote add --from-1fichier /photos --to :/photos --dry-run",
          purpose: "show what an import from 1fichier.com would fetch, and how long it would take",
        },
      ],
      handler: add,
    }),
    defineCommand({
      name: "ls",
      description: "List the requests.",
      options: [...connectionOptions, jsonOption("id", "requestedAt", "executedAt", ...importFields)],
      async handler(call) {
        using open = await openClient(call);
        await listRequests(call, open);
        await listImports(call, open);
      },
    }),
    defineCommand({
      name: "show",
      description: "Show the state of a request.",
      arguments: [idArgument],
      options: [
        ...connectionOptions,
        jsonOption("id", "requestedAt", "executedAt", "sourceUrls", "results", "items", ...importFields),
      ],
      async handler(call) {
        using open = await openClient(call);
        const importId = findImportId(call);
        if (importId !== undefined) return await showImport(call, open, importId);
        const { client, signal } = open;
        const id = readId(call);
        const upload = await orNoSuch(client.remoteUploads.get(id, { signal }), requestName(id));
        if (!(await tellsProgress(open))) return printUpload(call, upload);
        return printProgress(call, upload, await client.remoteUploads.progress(upload.id, { signal }));
      },
    }),
    defineCommand({
      name: "cancel",
      description: "Cancel a request. Files that have arrived stay.",
      arguments: [idArgument],
      options: [itemOption, dryRunOption, ...connectionOptions, jsonOption("id", "items", ...importFields)],
      async handler(call) {
        using open = await openClient(call);
        const importId = findImportId(call);
        if (importId !== undefined) return await cancelImport(call, open, importId);
        const isOpen = ({ state }: RemoteUploadItem) => state === "waiting" || state === "running";
        return await change(call, open, { word: "cancel", isMeant: isOpen }, (id, itemId) =>
          open.client.remoteUploads.cancel(id, { itemId, signal: open.signal }),
        );
      },
    }),
    defineCommand({
      name: "retry",
      description: "Retry what failed or was cancelled.",
      arguments: [idArgument],
      options: [
        itemOption,
        headerOption,
        ...sourceSecretOptions,
        dryRunOption,
        ...connectionOptions,
        jsonOption("id", "items", ...importFields),
      ],
      async handler(call) {
        const { header } = call.options;
        const headers = header.length === 0 ? undefined : Object.fromEntries(header);
        using open = await openClient(call);
        const importId = findImportId(call);
        if (importId !== undefined) return await retryImport(call, open, importId);
        if (call.options.sourceKeyStdin || call.options.passwordStdin) {
          throw new UsageError("--source-key-stdin and --password-stdin are for imports only.");
        }
        const hasFailed = ({ state }: RemoteUploadItem) => state === "failed" || state === "cancelled";
        return await change(call, open, { word: "fetch", isMeant: hasFailed }, (id, itemId) =>
          open.client.remoteUploads.retry(id, { itemId, headers, signal: open.signal }),
        );
      },
    }),
    defineCommand({
      name: "wait",
      description: "Wait until a request is finished. Keeps waiting for up to 10 minutes while the server restarts.",
      arguments: [idArgument],
      options: [
        timeoutOption,
        ...connectionOptions,
        jsonOption("id", "requestedAt", "executedAt", "sourceUrls", "results", ...importFields),
      ],
      async handler(call) {
        const maxMs = call.options.timeout ?? Infinity;
        using open = await openClient(call);
        const importId = findImportId(call);
        if (importId !== undefined) return await waitForImport(call, open, importId, maxMs);
        return await waitFor(call, open, readId(call), maxMs);
      },
    }),
  ],
};

async function add(call: CommandCall<ValuesOf<typeof addOptions>>): Promise<number> {
  const { options, output } = call;
  const source = readImport(call);
  const isWaiting = options.wait || (options.dryRun && source !== undefined);
  if (options.timeout !== undefined && !isWaiting)
    throw new UsageError("--timeout has no effect without --wait; add it or leave both out.");
  if (source !== undefined) return addImport(call, source);
  for (const url of call.arguments) {
    if (!/^(https?|ftp):\/\/./i.test(url)) throw new UsageError(`"${visible(url)}" is not an http, https or ftp URL.`);
  }
  const path = readRemotePath(options.to ?? ":/", "have the server fetch files into it");
  const headers = options.header.length === 0 ? undefined : Object.fromEntries(options.header);
  const maxMs = options.timeout ?? Infinity;
  using open = await openClient(call, { profile: path.profile });
  const { client, signal } = open;
  const { listing } = await findFolder(open, { path });
  if (options.dryRun) {
    for (const url of call.arguments) output.print(`would fetch ${visible(url)}`);
    return exitCodes.ok;
  }
  const request = await client.remoteUploads.request(call.arguments, { folderId: listing.id, headers, signal });
  if (options.wait) {
    if (!options.quiet) output.note(waitNote(request.id));
    return await waitFor(call, open, request.id, maxMs);
  }
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

function readId({ arguments: [text = ""] }: CommandCall): number {
  if (!/^[0-9]+$/.test(text))
    throw new UsageError(
      `"${visible(text)}" is not the id of a request; an id looks like 12, or like i12 for an import.`,
    );
  return parseCount(text, "The id", { least: 1 });
}

const requestName = (id: number): string => `request ${id}`;

async function listRequests(call: CommandCall<JsonValues>, open: OpenClient): Promise<void> {
  const { client, signal } = open;
  const { options, output } = call;
  const print = (entry: Entry, state: { state?: RemoteUploadItem["state"] }, text: string) => {
    if (options.json) output.print(JSON.stringify({ ...entry, ...state }));
    else output.print(entryLine(entry, text));
  };
  if (await tellsProgress(open)) {
    for await (const { id, requestedAt, endedAt, items } of client.remoteUploads.listProgress({ signal })) {
      const entry = { id, requestedAt, executedAt: endedAt };
      print(entry, { state: requestState(items) }, requestText(items, endedAt));
    }
    return;
  }
  for (const { id, requestedAt, executedAt } of await client.remoteUploads.list({ signal })) {
    print({ id, requestedAt, executedAt }, {}, requestText([], executedAt));
  }
}

/** With a progress line for people; programs and log files only see the end. */
async function waitFor(
  call: CommandCall<ConnectionValues & JsonValues>,
  open: OpenClient,
  id: number,
  maxMs: number,
): Promise<number> {
  const { client, signal, progress } = open;
  const isWatched = call.output.terminal !== undefined && !call.options.quiet && (await tellsProgress(open));
  const shown = new RemoteItemsProgress(progress);
  const watching = isWatched
    ? { pollMs: WATCHED_POLL_MS, onProgress: ({ items }: RemoteUploadProgress) => shown.look(items) }
    : {};
  const onOutage = isWatched ? () => progress.phase(AWAY) : undefined;
  const waiting = client.remoteUploads.wait(id, { signal, maxMs, onOutage, ...watching });
  const upload = await orNoSuch(orToldHowToWait(waiting, { signal, id, maxMs }), requestName(id));
  progress.clear();
  return printUpload(call, upload);
}

/** Servers of this project do, 1fichier.com does not. */
async function tellsProgress({ client }: OpenClient): Promise<boolean> {
  return (await client.about())?.extensions.includes("remote") === true;
}

async function change(
  call: CommandCall<JsonValues & { item: string | undefined; dryRun: boolean }>,
  { client, signal }: OpenClient,
  { word, isMeant }: { word: string; isMeant: (item: RemoteUploadItem) => boolean },
  run: (id: number, itemId: string | undefined) => Promise<RemoteUploadProgress>,
): Promise<number> {
  const { options, output } = call;
  const id = readId(call);
  if (options.dryRun) {
    const { items } = await orNoSuch(client.remoteUploads.progress(id, { signal }), requestName(id));
    const meant = items.filter((item) => isMeant(item) && (options.item === undefined || item.id === options.item));
    for (const { sourceUrl } of meant) output.print(`would ${word} ${visible(sourceUrl)}`);
    return exitCodes.ok;
  }
  const progress = await orNoSuch(run(id, options.item), requestName(id));
  if (options.json) output.print(JSON.stringify({ id, items: progress.items }));
  else for (const item of progress.items) output.print(`  ${itemText(item)}`);
  return exitCodes.ok;
}

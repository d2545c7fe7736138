import { fromRemoteName } from "@consigne/contract/remote-names";
import type { RestoredEntry, TrashEntry } from "@consigne/sdk";
import { type OpenClient, openClient } from "../client/open-client.ts";
import { siteOf } from "../client/site.ts";
import { counted, formatBytes } from "../command-line/amounts.ts";
import {
  type CommandCall,
  type CommandGroupSpec,
  defineCommand,
  dryRunOption,
  jsonOption,
  type JsonValues,
  yesOption,
} from "../command-line/command.ts";
import { confirm } from "../command-line/confirm.ts";
import { CliError, UsageError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { timeText } from "../command-line/times.ts";
import { visible } from "../command-line/visible-text.ts";
import { type ConnectionValues, connectionOptions } from "../profiles/connection.ts";
import { findRemotePath, readRemotePath } from "../remote/remote-path.ts";

const listFields = ["id", "kind", "name", "path", "sizeBytes", "itemCount", "removedAt", "expiresAt"] as const;
const entryArgument = {
  label: "item",
  description: "number of the item, as in `trash ls`, or its former path, such as `:/docs`, with everything below it",
  isList: true,
} as const;

export const trashCommands: CommandGroupSpec = {
  name: "trash",
  description: "List removed items, restore them, or remove them for good.",
  commands: [
    defineCommand({
      name: "ls",
      description: "List the trash, newest first.",
      isDefault: true,
      options: [...connectionOptions, jsonOption(...listFields)],
      async handler(call) {
        using open = await openTrash(call);
        let found = 0;
        for await (const entry of open.client.trash.list({ signal: open.signal })) {
          printEntry(call, entry);
          found += 1;
        }
        if (found === 0) call.output.note("The trash is empty.");
      },
    }),
    defineCommand({
      name: "restore",
      description:
        "Restore items to where they were. Nothing is overwritten: if the name is taken, the restored item gets a number.",
      arguments: [entryArgument],
      options: [dryRunOption, ...connectionOptions, jsonOption("id", "restored", "name", "path", "error")],
      examples: [
        { line: "consigne trash restore 12", purpose: "restore the item with this number" },
        { line: "consigne trash restore :/docs", purpose: "restore a folder, and what was removed from it before" },
      ],
      handler: restore,
    }),
    defineCommand({
      name: "empty",
      description: "Remove items for good, or empty the whole trash. This cannot be undone.",
      arguments: [{ ...entryArgument, isOptional: true }],
      options: [yesOption, dryRunOption, ...connectionOptions, jsonOption("removed")],
      handler: empty,
    }),
  ],
};

type TrashCall = CommandCall<ConnectionValues & JsonValues & { dryRun: boolean }>;

async function restore(call: TrashCall): Promise<number> {
  using open = await openTrash(call);
  const entries = await findEntries(call, open);
  if (call.options.dryRun) {
    for (const entry of entries) say(call, { id: entry.id, restored: false, name: entry.name, path: entry.path });
    return exitCodes.ok;
  }
  const restored = await open.client.trash.restore(
    entries.map(({ id }) => id),
    { signal: open.signal },
  );
  for (const each of restored) sayRestored(call, each, entries);
  return restored.some(({ outcome }) => outcome === "failed") ? exitCodes.partial : exitCodes.ok;
}

async function empty(call: TrashCall & CommandCall<{ yes: boolean }>): Promise<number> {
  using open = await openTrash(call);
  const { client, signal } = open;
  const isAll = call.arguments.length === 0;
  const entries = isAll ? [] : await findEntries(call, open);
  const { total } = await client.trash.page({ limit: 1, signal });
  const what = isAll
    ? `everything in the trash (${counted(total.items, "item")}, ${formatBytes(total.sizeBytes)})`
    : itemsText(entries.length);
  if (call.options.dryRun) return printRemoved(call, 0, `would remove for good: ${what}`);
  if (!(await confirm(call, `Remove for good: ${what}? This cannot be undone.`))) {
    throw new CliError("refused", "Nothing was removed.");
  }
  const ids = entries.map(({ id }) => id);
  const removed = isAll ? await client.trash.empty({ signal }) : await client.trash.remove(ids, { signal });
  return printRemoved(call, removed, `removed for good: ${itemsText(removed)}`);
}

function printRemoved({ options, output }: TrashCall, removed: number, text: string): number {
  if (options.json) output.print(JSON.stringify({ removed }));
  else output.note(text);
  return exitCodes.ok;
}

/** In trash order, so that a folder is restored before what was removed from it earlier. */
async function findEntries(call: TrashCall, { client, signal }: OpenClient): Promise<TrashEntry[]> {
  const wanted = call.arguments.map(readWanted);
  const found: { entry: TrashEntry; nearness: (number | undefined)[] }[] = [];
  for await (const entry of client.trash.list({ signal })) {
    const nearness = wanted.map((nearnessOf) => nearnessOf(entry));
    if (nearness.some((each) => each !== undefined)) found.push({ entry, nearness });
  }
  const nearest = wanted.map((_, at) => Math.min(...found.map(({ nearness }) => nearness[at] ?? Infinity)));
  const absent = call.arguments.find((_, at) => nearest[at] === Infinity);
  if (absent === undefined) {
    const isMeant = (nearness: (number | undefined)[]) => nearness.some((each, at) => each === nearest[at]);
    return found.filter(({ nearness }) => isMeant(nearness)).map(({ entry }) => entry);
  }
  throw new CliError("not-found", `There is no ${visible(absent)} in the trash; \`consigne trash ls\` lists it.`, {
    exitCode: exitCodes.notFound,
  });
}

/**
 * Ways to read a name: as it is, as a local name that is encoded on servers, and with another Unicode normalization.
 */
const readings = [(name: string) => name, fromRemoteName, (name: string) => fromRemoteName(name).normalize()];

/**
 * Returns a function that tells which reading of the path leads to an entry; entries of the first reading with any are
 * meant.
 */
function readWanted(text: string): (entry: TrashEntry) => number | undefined {
  if (/^\d+$/.test(text)) return ({ id }) => (id === Number(text) ? 0 : undefined);
  if (findRemotePath(text) === undefined)
    throw new UsageError(`"${text}" is neither the number of an item nor a path such as ":/docs".`);
  const { segments, isFolderMeant } = readRemotePath(text, "see and restore what was removed from it");
  return ({ kind, path, name }) => {
    const lay = [...path.split("/").filter((segment) => segment !== ""), name];
    if (lay.length < segments.length) return undefined;
    if (lay.length === segments.length && isFolderMeant && kind !== "folder") return undefined;
    const nearness = readings.findIndex((read) =>
      segments.every((segment, at) => read(lay[at] ?? "") === read(segment)),
    );
    return nearness === -1 ? undefined : nearness;
  };
}

const itemsText = (count: number): string => (count === 1 ? "1 item" : `${count} items`);

const placeOf = ({ path, name }: { path: string; name: string }): string => `${path === "/" ? "" : path}/${name}`;

function printEntry({ options, output }: CommandCall<JsonValues>, entry: TrashEntry): void {
  if (options.json) {
    const { id, kind, name, path, sizeBytes, itemCount, removedAt, expiresAt } = entry;
    return output.print(JSON.stringify({ id, kind, name, path, sizeBytes, itemCount, removedAt, expiresAt }));
  }
  const isFolder = entry.kind === "folder";
  const size = formatBytes(entry.sizeBytes);
  output.print(
    [
      String(entry.id),
      timeText(entry.removedAt),
      isFolder ? `${size} in ${counted(entry.itemCount - 1, "item")}` : size,
      `:${visible(placeOf(entry))}${isFolder ? "/" : ""}`,
    ].join("  "),
  );
}

function sayRestored(call: TrashCall, each: RestoredEntry, entries: readonly TrashEntry[]): void {
  const { id, outcome, error } = each;
  const entry = entries.find((one) => one.id === id);
  const { name = entry?.name, path = entry?.path } = each;
  if (outcome === "done" && name !== undefined && path !== undefined)
    return say(call, { id, restored: true, name, path });
  if (call.options.json)
    return call.output.print(JSON.stringify({ id, restored: false, error: error?.message ?? "unknown" }));
  const what = entry === undefined ? String(id) : `:${visible(placeOf(entry))}`;
  call.output.note(`consigne: ${what} was not restored: ${visible(error?.message ?? "unknown")}`);
}

function say(
  { options, output }: TrashCall,
  { restored, ...entry }: { id: number; restored: boolean; name: string; path: string },
): void {
  if (options.json) output.print(JSON.stringify({ id: entry.id, restored, name: entry.name, path: entry.path }));
  else output.print(`${restored ? "restored" : "would restore"} :${visible(placeOf(entry))}`);
}

async function openTrash(call: CommandCall<ConnectionValues>): Promise<OpenClient> {
  const profile = call.arguments.map((text) => findRemotePath(text)?.profile).find((name) => name !== undefined);
  const open = await openClient(call, { profile });
  if ((await open.client.about())?.extensions.includes("trash") === true) return open;
  open[Symbol.dispose]();
  throw new CliError(
    "not-supported",
    `${siteOf(open.connection.url.value)} has no trash: what is removed there cannot be restored.`,
  );
}

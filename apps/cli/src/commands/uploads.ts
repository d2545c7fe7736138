import type { PartUpload } from "@consigne/sdk";
import { isNotFoundError } from "@consigne/sdk";
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

const fields = ["id", "name", "folder", "url", "sizeBytes", "receivedBytes", "createdAt", "expiresAt"] as const;

/** An upload with the folder that its file goes to; undefined if that folder is gone. */
interface OpenUpload {
  upload: PartUpload;
  folder: string | undefined;
}

export const uploadsCommands: CommandGroupSpec = {
  name: "uploads",
  description:
    "List and remove unfinished uploads of large files. Running `put` or `sync` again resumes them; the server removes an upload that has not been resumed for a week.",
  commands: [
    defineCommand({
      name: "ls",
      description: "List unfinished uploads, in progress or interrupted, newest first.",
      isDefault: true,
      options: [...connectionOptions, jsonOption(...fields)],
      async handler(call) {
        using open = await openUploads(call);
        let found = 0;
        for await (const upload of uploadsOf(open)) {
          printUpload(call, upload);
          found += 1;
        }
        if (found === 0) call.output.note("There are no unfinished uploads.");
      },
    }),
    defineCommand({
      name: "rm",
      description: "Remove unfinished uploads. A program that is still sending one starts over.",
      arguments: [{ label: "id", description: "id of an upload, as in `uploads ls`", isList: true, isOptional: true }],
      options: [
        { flags: "--all", description: "remove all unfinished uploads" },
        yesOption,
        dryRunOption,
        ...connectionOptions,
        jsonOption("removed", ...fields),
      ],
      handler: remove,
    }),
  ],
};

type RemoveCall = CommandCall<ConnectionValues & JsonValues & { all: boolean; yes: boolean; dryRun: boolean }>;

async function remove(call: RemoveCall): Promise<number> {
  const { all, dryRun: isDryRun } = call.options;
  if (all === call.arguments.length > 0) throw new UsageError("Name uploads by their ids, or pass --all.");
  using open = await openUploads(call);
  const meant = await findMeant(call, open);
  const bytes = meant.reduce((sum, { upload }) => sum + upload.receivedBytes, 0);
  const question = `Remove ${counted(meant.length, "upload")} (${formatBytes(bytes)} received)?`;
  if (meant.length > 0 && !isDryRun && !(await confirm(call, question)))
    throw new CliError("refused", "Nothing was removed.");
  for (const each of meant) {
    const isRemoved = !isDryRun && (await abort(open, each.upload));
    sayRemoved(call, each, isRemoved);
  }
  if (meant.length === 0) call.output.note("There are no unfinished uploads.");
  return exitCodes.ok;
}

/** False if it has ended meanwhile, or somebody else removed it. */
async function abort({ client, signal }: OpenClient, { id }: PartUpload): Promise<boolean> {
  try {
    await client.partUploads.abort(id, { signal });
    return true;
  } catch (error) {
    if (isNotFoundError(error)) return false;
    throw error;
  }
}

/** @throws {CliError} if an id does not exist */
async function findMeant(call: RemoveCall, open: OpenClient): Promise<OpenUpload[]> {
  const found: OpenUpload[] = [];
  for await (const each of uploadsOf(open)) found.push(each);
  if (call.options.all) return found;
  const ids = new Set(call.arguments);
  const absent = [...ids].find((id) => !found.some(({ upload }) => upload.id === id));
  if (absent === undefined) return found.filter(({ upload }) => ids.has(upload.id));
  const text = `There is no unfinished upload ${visible(absent)}; \`consigne uploads\` lists them. Nothing was removed.`;
  throw new CliError("not-found", text, { exitCode: exitCodes.notFound });
}

async function* uploadsOf({ client, signal }: OpenClient): AsyncGenerator<OpenUpload, void> {
  const folders = new Map<number, string | undefined>([[0, "/"]]);
  for await (const upload of client.partUploads.list({ signal })) {
    const { folderId } = upload;
    if (!folders.has(folderId)) folders.set(folderId, await findPath(client, folderId, signal));
    yield { upload, folder: folders.get(folderId) };
  }
}

async function findPath({ entries }: OpenClient["client"], folderId: number, signal: AbortSignal) {
  try {
    const { ancestors, entry } = await entries.stat({ folderId }, { signal });
    return [...ancestors.map(({ name }) => name), entry.name].join("/");
  } catch (error) {
    if (isNotFoundError(error)) return undefined;
    throw error;
  }
}

const placeOf = ({ upload, folder }: OpenUpload): string =>
  folder === undefined
    ? `${visible(upload.name)} (its folder is gone)`
    : `:${visible(`${folder === "/" ? "" : folder}/${upload.name}`)}`;

const fieldsOf = ({ upload, folder }: OpenUpload) => {
  const { id, name, url, sizeBytes, receivedBytes, createdAt, expiresAt } = upload;
  return { id, name, folder, url, sizeBytes, receivedBytes, createdAt, expiresAt };
};

function printUpload({ options, output }: CommandCall<JsonValues>, each: OpenUpload): void {
  if (options.json) return output.print(JSON.stringify(fieldsOf(each)));
  const { id, createdAt, sizeBytes, receivedBytes, expiresAt } = each.upload;
  const arrived = `${formatBytes(receivedBytes)} of ${formatBytes(sizeBytes)}`;
  output.print([id, timeText(createdAt), arrived, placeOf(each), `kept until ${timeText(expiresAt)}`].join("  "));
}

function sayRemoved({ options, output }: RemoveCall, each: OpenUpload, removed: boolean): void {
  if (options.json) return output.print(JSON.stringify({ removed, ...fieldsOf(each) }));
  if (options.dryRun) return output.note(`would remove: ${placeOf(each)}`);
  output.note(removed ? `removed: ${placeOf(each)}` : `${placeOf(each)} was already complete or removed`);
}

/** @throws {CliError} if the server has no uploads in parts, like 1fichier.com */
async function openUploads(call: CommandCall<ConnectionValues>): Promise<OpenClient> {
  const open = await openClient(call);
  if ((await open.client.about())?.extensions.includes("uploads") === true) return open;
  open[Symbol.dispose]();
  throw new CliError("not-supported", `${siteOf(open.connection.url.value)} does not keep interrupted uploads.`);
}

import { faceOfHost, parseDirectoryLink } from "@consigne/contract/links";
import { type Import, type ImportEntry, type ImportSource, isTimeoutError } from "@consigne/sdk";
import { type OpenClient, openClient } from "../client/open-client.ts";
import { counted, formatBytes, formatDuration } from "../command-line/amounts.ts";
import type { CommandCall } from "../command-line/command.ts";
import { CliError, InterruptedError, UsageError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import type { OptionSpec, ValuesOf } from "../command-line/option.ts";
import { optionalSecret, passwordOption } from "../command-line/password-option.ts";
import { readSecret } from "../command-line/secret-input.ts";
import { timeText } from "../command-line/times.ts";
import { visible } from "../command-line/visible-text.ts";
import type { ConnectionValues } from "../profiles/connection.ts";
import { findImportSource, type FoundSource, type NamedSource } from "../profiles/import-source.ts";
import { findFolder } from "../remote/remote-files.ts";
import { readRemotePath } from "../remote/remote-path.ts";
import { orNoSuch } from "./remote-texts.ts";

export const importName = (id: number): string => `import i${id}`;
const FROM_WORDS = "--from takes a profile and a path, such as old:/photos, or an http or https URL.";
const MOST_SHOWN = 100;
const POLL_MS = 2000;

export const sourceSecretOptions = [
  passwordOption,
  { flags: "--source-key-stdin", description: "read the source's API key from standard input, or ask for it" },
] as const satisfies readonly OptionSpec[];
export const importOptions = [
  { flags: "--from-1fichier <path>", description: "import this folder of 1fichier.com, with everything below it" },
  {
    flags: "--from <place>",
    description:
      "import a folder: NAME:/path on the server of profile NAME, or the URL of a folder page or a directory listing",
  },
  {
    flags: "--links-of <profile>",
    description: "fetch the URLs as links, with the account of this profile",
  },
  ...sourceSecretOptions,
] as const satisfies readonly OptionSpec[];
export const importFields = [
  "state",
  "kind",
  "source",
  "path",
  "isDryRun",
  "folderId",
  "endedAt",
  "message",
  "resumesAt",
  "receivingBytes",
  "folders",
  "files",
  "collisions",
  "possibleDuplicates",
  "minRemainingMs",
  "failures",
  "collidingPaths",
] as const;

type AddValues = ValuesOf<typeof importOptions> &
  ConnectionValues & {
    readonly to: string | undefined;
    readonly header: readonly unknown[];
    readonly wait: boolean;
    readonly timeout: number | undefined;
    readonly dryRun: boolean;
    readonly json: boolean;
  };
export type ShowValues = ConnectionValues & { readonly json: boolean };

/** Import numbers are written with an i, to distinguish them from requests. */
export function findImportId({ arguments: [text = ""] }: Pick<CommandCall, "arguments">): number | undefined {
  return /^i\d{1,15}$/.test(text) ? Number(text.slice(1)) : undefined;
}

/** Undefined for single URLs, which need no key. @throws {UsageError} */
export function readImport({ options, arguments: urls }: CommandCall<AddValues>): NamedSource | undefined {
  const { from1fichier, from, linksOf } = options;
  const given = [from1fichier, from, linksOf].filter((value) => value !== undefined);
  if (given.length === 0) {
    if (urls.length === 0)
      throw new UsageError("Give URLs to fetch, or a folder to import with --from-1fichier or --from.");
    if (options.sourceKeyStdin) throw new UsageError("--source-key-stdin needs --from-1fichier, --from or --links-of.");
    return undefined;
  }
  if (given.length > 1)
    throw new UsageError("Only one of --from-1fichier, --from and --links-of can be used at a time.");
  requireOneSecret(options);
  if (options.header.length > 0)
    throw new UsageError("--header has no effect on an import; it applies only to single URLs.");
  if (linksOf !== undefined) {
    if (urls.length === 0) throw new UsageError("--links-of needs the links to fetch.");
    return { source: { links: urls }, profile: linksOf };
  }
  if (urls.length > 0) throw new UsageError("Give either URLs or a folder to import, not both.");
  if (from1fichier !== undefined) return { source: { path: from1fichier }, profile: undefined };
  if (from !== undefined && /^https?:\/\//i.test(from)) return { source: addressed(from), profile: undefined };
  if (from !== undefined && /^[a-z]+:\/\//i.test(from)) throw new UsageError(FROM_WORDS);
  const path = readRemotePath(from ?? "", "import it");
  if (path.profile === undefined) throw new UsageError(FROM_WORDS);
  return { source: { path: `/${path.segments.join("/")}` }, profile: path.profile };
}

export async function addImport(call: CommandCall<AddValues>, named: NamedSource): Promise<number> {
  const { options, output } = call;
  const to = readRemotePath(options.to ?? ":/", "import into it");
  const found = await findImportSource(call, named);
  using open = await openClient(call, { profile: to.profile });
  const { listing } = await findFolder(open, { path: to });
  const { source } = named;
  const sourceKey = await keyFor(source, call, found);
  const password = "page" in source ? await optionalSecret(call) : undefined;
  const { signal } = open;
  const startOptions = { sourceKey, sourceUrl: found.url, folderId: listing.id, isDryRun: options.dryRun, signal };
  const begun = await open.client.imports.start("page" in source ? { ...source, password } : source, startOptions);
  if (options.dryRun && !options.quiet) output.note(planNote(`i${begun.id}`));
  else if (options.wait && !options.quiet) output.note(waitNote(`i${begun.id}`));
  if (options.dryRun || options.wait) return await waitForImport(call, open, begun.id, options.timeout);
  if (options.json) output.print(JSON.stringify(fieldsOf(begun)));
  else output.print(`i${begun.id}`);
  return exitCodes.ok;
}

/** @throws {UsageError} */
export function requireOneSecret(given: { readonly passwordStdin: boolean; readonly sourceKeyStdin: boolean }): void {
  if (!given.passwordStdin || !given.sourceKeyStdin) return;
  throw new UsageError("Standard input holds one secret; give the key as CONSIGNE_SOURCE_KEY or by a profile.");
}

/** A listing takes no key, and neither does a page with public files. */
async function keyFor(source: ImportSource, call: CommandCall<AddValues>, found: FoundSource) {
  if ("index" in source) return undefined;
  const isOpen = "page" in source && faceOfHost(new URL(source.page).host) === undefined;
  return isOpen && !call.options.sourceKeyStdin ? found.key : askedKey(call, found);
}

export async function askedKey(call: CommandCall, { key, url }: FoundSource): Promise<string> {
  const found = key ?? (await readSecret(call, `API key for ${url}: `));
  if (found !== "") return found;
  throw new UsageError("No API key was given for the source.");
}

/** A shared folder's page is recognized by its form; anything else is a directory listing. */
function addressed(url: string): ImportSource {
  return parseDirectoryLink(url) === undefined ? { index: url } : { page: url };
}

export async function showImport(call: CommandCall<ShowValues>, open: OpenClient, id: number): Promise<number> {
  return printImport(call, open, await orNoSuch(open.client.imports.get(id, { signal: open.signal }), importName(id)));
}

export async function waitForImport(
  call: CommandCall<ShowValues>,
  open: OpenClient,
  id: number,
  maxMs = Infinity,
): Promise<number> {
  const { client, signal, progress } = open;
  const { options, output } = call;
  let noted: string | undefined;
  const onProgress = (now: Import) => {
    progress.phase(now.endedAt === undefined ? phaseOf(now) : undefined);
    // A log has no progress line that would explain why nothing happens.
    if (output.terminal !== undefined || options.quiet || now.endedAt !== undefined || now.message === noted) return;
    noted = now.message;
    if (noted !== undefined) output.note([visible(noted), ...continuesAt(now)].join(" "));
  };
  const onOutage = () => progress.phase(AWAY);
  const waiting = client.imports.wait(id, { signal, maxMs, pollMs: POLL_MS, onProgress, onOutage });
  const waited = orToldHowToWait(waiting, { signal, id: `i${id}`, maxMs });
  const ended = await orNoSuch(waited, importName(id));
  progress.clear();
  return printImport(call, open, ended);
}

/** Shown while a server restarts: everything ordered continues afterwards. */
export const AWAY = "the server cannot be reached; retrying";

/** The number is needed to resume waiting after the command was ended. */
export const waitNote = (id: number | string): string =>
  `Request ${id}; the server fetches it whether or not this command waits.`;

const planNote = (id: string): string =>
  `Request ${id}; the server reads the folders whether or not this command waits, and fetches nothing.`;

/** Ending a waiting command does not end what was ordered. */
export async function orToldHowToWait<Answer>(
  waiting: Promise<Answer>,
  { signal, id, maxMs }: { signal: AbortSignal; id: number | string; maxMs: number },
): Promise<Answer> {
  try {
    return await waiting;
  } catch (error) {
    if (!signal.aborted && isTimeoutError(error) && maxMs !== Infinity) {
      const text = `not finished after ${formatDuration(maxMs)}. The server continues; \`consigne remote wait ${id}\` waits for it again.`;
      throw new CliError("timeout", text, { exitCode: exitCodes.partial });
    }
    if (!signal.aborted) throw error;
    throw new InterruptedError(`The server continues; \`consigne remote wait ${id}\` waits for it again.`);
  }
}

export async function cancelImport(
  call: CommandCall<ShowValues & { readonly item: string | undefined; readonly dryRun: boolean }>,
  open: OpenClient,
  id: number,
): Promise<number> {
  const { client, signal } = open;
  if (call.options.item !== undefined) throw new UsageError("An import is cancelled as a whole; leave out --item.");
  const shown = call.options.dryRun ? client.imports.get(id, { signal }) : client.imports.cancel(id, { signal });
  return printImport(call, open, await orNoSuch(shown, importName(id)));
}

/** One line for each, if the server has any. */
export async function listImports(call: CommandCall<ShowValues>, { client, signal }: OpenClient): Promise<void> {
  const description = await client.about();
  if (description?.extensions.includes("imports") !== true) return;
  for (const found of await client.imports.list({ signal })) {
    if (call.options.json) call.output.print(JSON.stringify(fieldsOf(found)));
    else call.output.print(lineOf(found));
  }
}

export async function printImport(
  call: CommandCall<ShowValues>,
  { client, signal }: OpenClient,
  now: Import,
): Promise<number> {
  const { options, output } = call;
  const listed = async (hasAny: boolean, query: { states?: ["failed"]; areCollisions?: true }) =>
    hasAny ? firstOf(client.imports.entries(now.id, { ...query, signal })) : [];
  const failures = await listed(now.files.failed.count + now.folders.failed > 0, { states: ["failed"] });
  const colliding = await listed(now.isDryRun && now.collisions > 0, { areCollisions: true });
  if (options.json) {
    const shown = failures.map(({ path, message }) => ({ path, message }));
    const collidingPaths = now.isDryRun ? { collidingPaths: colliding.map(({ path }) => path) } : {};
    output.print(JSON.stringify({ ...fieldsOf(now), failures: shown, ...collidingPaths }));
  } else {
    output.print(lineOf(now));
    for (const line of reportOf(now)) output.print(`  ${line}`);
    for (const { path } of colliding) output.print(`  name taken here: ${visible(path)}`);
    if (now.isDryRun && now.collisions > colliding.length)
      output.print(`  ... and ${now.collisions - colliding.length} more`);
    for (const { path, message } of failures) output.print(`  failed: ${visible(path)}: ${visible(message ?? "")}`);
    // The starting folder is not an entry of its own: the message says what was wrong with it.
    const more = now.files.failed.count + now.folders.failed - failures.length;
    if (more > 0 && failures.length === MOST_SHOWN) output.print(`  ... and ${more} more`);
  }
  const hasFailed = now.state === "failed" || now.files.failed.count + now.folders.failed > 0;
  return hasFailed ? exitCodes.partial : exitCodes.ok;
}

async function firstOf(entries: AsyncIterable<ImportEntry>): Promise<ImportEntry[]> {
  const first: ImportEntry[] = [];
  for await (const entry of entries) {
    first.push(entry);
    if (first.length === MOST_SHOWN) break;
  }
  return first;
}

function fieldsOf({ id, requestedAt, endedAt, ...rest }: Import): object {
  return { id: `i${id}`, requestedAt, endedAt, ...rest };
}

function lineOf({ id, requestedAt, state, source, path }: Import): string {
  const from = path === "" ? visible(source) : `${visible(path)} of ${visible(source)}`;
  return `${`i${id}`.padStart(8)}  ${timeText(requestedAt)}  ${state}  ${from}`;
}

function reportOf(now: Import): string[] {
  const { folders, files, collisions, possibleDuplicates, isDryRun, minRemainingMs, message } = now;
  const least =
    minRemainingMs === undefined || minRemainingMs === 0
      ? ""
      : `; at least ${formatDuration(minRemainingMs)} within the source's limits`;
  const lines = [
    `${counted(folders.done, "folder")} read${folders.pending > 0 ? `, ${folders.pending} to go` : ""}`,
    ...(isDryRun ? [] : [`${amountOf(files.done)} arrived`]),
    `${amountOf(files.skipped)} already here, skipped`,
    ...(files.pending.count > 0 || isDryRun ? [`${amountOf(files.pending)} to fetch${least}`] : []),
  ];
  if (collisions > 0) lines.push(`${counted(collisions, "file")} with the name of another file here; both are kept`);
  if (possibleDuplicates > 0) {
    lines.push(
      `${counted(possibleDuplicates, "file")} possibly already here: the name is the same, but the source has no checksums`,
    );
  }
  if (message !== undefined) {
    lines.push(visible(message), ...continuesAt(now));
  }
  return lines;
}

const continuesAt = ({ resumesAt, endedAt }: Import): string[] =>
  resumesAt !== undefined && endedAt === undefined ? [`resumes ${timeText(resumesAt)}`] : [];

/** Listings without sizes leave them unknown to the end. */
const amountOf = ({ count, bytes }: { count: number; bytes: number }): string =>
  count > 0 && bytes === 0 ? counted(count, "file") : `${counted(count, "file")} (${formatBytes(bytes)})`;

function phaseOf({ state, folders, files, message }: Import): string {
  if (message !== undefined) return `waiting: ${visible(message)}`;
  if (state === "scanning") return `reading folders, ${folders.done} so far`;
  return `${files.done.count} of ${files.done.count + files.pending.count} files`;
}

import { entriesNamed } from "@consigne/contract/remote-names";
import type { CommandCall, DryRunValues, JsonValues } from "../command-line/command.ts";
import { CliError, UsageError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";
import {
  type Destination,
  findDestination,
  findTarget,
  type FoundTarget,
  profileOf,
  readTarget,
  type RemoteTarget,
} from "./remote-files.ts";
import { rememberingFolders, type Server } from "./find-remote.ts";
import { readAnyPath, type RemotePath } from "./remote-path.ts";
import { refuseSameNames } from "./same-names.ts";

/** Where a file or folder should go. */
export interface Place {
  /** Undefined: it does not exist yet. */
  folderId: number | undefined;
  ensureFolder(): Promise<number>;
  name: string;
  text: string;
}

/** The arguments of `mv` and `cp`: sources, then the destination. @throws {UsageError} */
export function openMove(command: string, given: readonly string[]) {
  if (given.length < 2) throw new UsageError(`${command} needs a source and a target: ${command} :/a.jpg :/photos/`);
  const targets = given.slice(0, -1).map(readTarget);
  const path = readAnyPath(given.at(-1) ?? "");
  return { targets, path, profile: profileOf([...targets, { path }]) };
}

/** A source with its new place. */
export interface PlannedMove {
  source: FoundTarget;
  place: Place;
}

/**
 * All moves, checked before anything is changed.
 * @throws {CliError} if a source is missing, or a name is taken, possibly by another of the sources
 */
export async function planMoves(
  server: Server,
  targets: readonly RemoteTarget[],
  path: RemotePath,
): Promise<PlannedMove[]> {
  const destination = await findDestination(server, path);
  if (targets.length > 1 && destination.kind === "new") {
    throw new CliError(
      "not-found",
      `${visible(destination.text)} does not exist; add a slash at the end to create it as a folder.`,
      {
        exitCode: exitCodes.notFound,
      },
    );
  }
  const planned: PlannedMove[] = [];
  const remembering = rememberingFolders(server);
  for (const target of targets) {
    const source = await findTarget(remembering, target);
    planned.push({ source, place: freePlace(source, destination) });
  }
  refuseSameNames(
    planned.map(({ source, place }, index) => ({ source: givenAs(targets[index], source), target: place.text })),
  );
  return planned;
}

function givenAs(target: RemoteTarget | undefined, { text }: FoundTarget): string {
  return target?.link ?? text;
}

/** The place of one source in the destination. @throws {CliError} if the name is taken */
function freePlace(source: FoundTarget, destination: Destination): Place {
  const ownName = source.kind === "file" ? source.file.name : source.listing.name;
  const isInto = destination.kind === "folder";
  const name = isInto ? ownName : destination.name;
  const { contents, folderId, ensureFolder } = destination;
  const text = isInto ? `${destination.text.replace(/\/$/, "")}/${name}` : destination.text;
  const there = entriesNamed<{ name: string; id?: unknown; url?: string }>(
    [...contents.folders, ...(contents.files ?? [])],
    name,
  );
  // Another spelling of its own name is no conflict.
  const isItself = (each: { id?: unknown; url?: string }) =>
    name !== ownName && (source.kind === "file" ? each.url === source.file.url : each.id === source.listing.id);
  // If the user has written the name, other spellings of it count too.
  const named = isInto || destination.existing === undefined ? there : [...there, destination.existing];
  if (named.some((each) => !isItself(each))) {
    throw new CliError("conflict", `${visible(text)} already exists; nothing was changed.`, {
      exitCode: exitCodes.conflict,
    });
  }
  return { folderId, ensureFolder, name, text };
}

export function sayMoved(
  { options, output }: CommandCall<DryRunValues & JsonValues>,
  action: "moved" | "copied",
  from: string,
  to: string,
  url?: string,
): void {
  const isDryRun = options.dryRun;
  if (options.json) output.print(JSON.stringify({ action: isDryRun ? `not-${action}` : action, from, to, url }));
  else if (isDryRun) output.print(`would be ${action}: ${visible(from)} -> ${visible(to)}`);
  else if (url !== undefined) output.print(visible(url));
}

import { counted, formatBytes } from "../command-line/amounts.ts";
import { defineCommand, jsonOption, type CommandCall } from "../command-line/command.ts";
import { filesFromOption, isEmptyList, readFilesFrom } from "../command-line/files-from.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import type { OptionSpec, ValuesOf } from "../command-line/option.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { runCheck } from "../sync/session/check-run.ts";
import type { CheckResult, Difference } from "../sync/session/check-run.ts";
import { encodingOption, localNamesOf } from "../sync/session/encoding-option.ts";
import { filterOptions, readFilter } from "../sync/session/filter-options.ts";
import { startOf } from "../remote/shared-root.ts";
import { findRemoteRoot } from "../sync/session/remote-root.ts";
import { openSession } from "../sync/session/session.ts";
import type { Session } from "../sync/session/session.ts";
import { belowRemote } from "../sync/trees/listed-files.ts";
import { readSides } from "../sync/session/sides.ts";
import { describeLeftOut, noteList, progressWatcher } from "../sync/session/sync-report.ts";

const options = [
  { flags: "--one-way", description: "ignore files that only the target has" },
  { flags: "--size-only", description: "compare only sizes" },
  { flags: "--copy-links", description: "follow symbolic links" },
  ...filterOptions,
  filesFromOption,
  encodingOption,
  ...connectionOptions,
  {
    ...jsonOption("type", "kind", "path", "detail"),
    description: "print a line of JSON for each difference and for the end",
  },
] as const satisfies readonly OptionSpec[];

type CheckCall = CommandCall<ValuesOf<typeof options>>;

export const checkCommand = defineCommand({
  name: "check",
  description: "Verify that a local folder and a remote one are identical, by reading every local file.",
  arguments: [
    { label: "source", description: "local folder, or a remote one such as `:/photos`", completes: "either" },
    { label: "target", description: "the folder on the other side", completes: "either" },
  ],
  options,
  examples: [{ line: "consigne check ~/photos :/photos", purpose: "check that the copy is complete and correct" }],
  handler: check,
});

async function check(call: CheckCall): Promise<number> {
  const { options } = call;
  const sides = readSides("check", call.arguments);
  const listed = await readFilesFrom(call);
  if (isEmptyList(call, listed)) return exitCodes.ok;
  const filter = await readFilter(options, listed && belowRemote(listed, sides.remotePath));
  const localNames = localNamesOf(options);
  await using session = await openSession(call, { profile: sides.remotePath.profile });
  const { remote, signal, hasher, progress } = session;
  const { id } = await findRemoteRoot(remote, sides.remotePath, signal, await startOf(session, sides.remotePath));
  const source = sides.direction === "up" ? "here" : "remote";
  const result = await runCheck({
    localRoot: sides.localRoot,
    localNames,
    remoteName: sides.remoteName,
    remoteRootId: id,
    remote,
    hasher,
    filter,
    signal,
    followsLinks: options.copyLinks,
    onlyWhatIs: options.oneWay ? source : "anywhere",
    comparesSizesOnly: options.sizeOnly,
    watcher: progressWatcher(progress),
  });
  print(result, call, session);
  return result.differences.length === 0 && notCompared(result) === 0 ? exitCodes.ok : exitCodes.different;
}

/** What could not be compared, and so may differ. */
function notCompared({ leftOut }: CheckResult): number {
  return leftOut.filter(({ why }) => why === "unreadable" || why === "unusable name").length;
}

function print(result: CheckResult, { options, output }: CheckCall, { progress }: Session): void {
  const { differences, same, sameBytes, leftOut } = result;
  if (options.json) {
    for (const difference of differences) output.print(JSON.stringify({ type: "difference", ...difference }));
    const counts = { differences: differences.length, same, sameBytes };
    output.print(JSON.stringify({ type: "summary", ...counts, leftOut }));
    return;
  }
  for (const difference of differences) output.print(describe(difference));
  const note = (line: string): void => progress.note(line);
  noteList(note, "skipped", leftOut.map(describeLeftOut));
  note(
    `${counted(same, "file")} (${formatBytes(sameBytes)}) ${same === 1 ? "is" : "are"} the same, ${differences.length} ${differences.length === 1 ? "differs" : "differ"}.`,
  );
  const unknown = notCompared(result);
  if (unknown > 0) note(`${unknown} of those skipped could not be compared and may differ, so the exit code is 8.`);
}

function describe({ kind, path, detail }: Difference): string {
  return `${kind.padEnd(11)} ${visible(path)}${detail === undefined ? "" : ` (${detail})`}`;
}

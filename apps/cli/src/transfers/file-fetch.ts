import { lstat, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { systemCode } from "@consigne/contract/system-reasons";
import type { AgeFilter } from "../command-line/age.ts";
import { formatBytes } from "../command-line/amounts.ts";
import type { CommandCall, DryRunValues, JsonValues, QuietValues } from "../command-line/command.ts";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";
import { stampOf } from "../sync/trees/file-stamp.ts";
import { requireSound } from "../remote/remote-files.ts";
import { requireReadable } from "../sync/plan/readable.ts";
import { ReservedNames } from "../sync/apply/reserved-names.ts";
import type { Session } from "../sync/session/session.ts";
import { runWhereRoomIs } from "../sync/apply/room.ts";
import { kindOfFailure } from "../sync/session/sdk-remote.ts";
import type { PlannedFile } from "./folder-download.ts";
import { holdsSame, holdsSameAsFarAsKnown, refuseFolder } from "./same-content.ts";
import { ShownTransfer } from "./shown-transfer.ts";
import type { TargetFolders } from "./target-folders.ts";
import { TransferOutcome } from "./transfer-outcome.ts";

/** Options for downloading every file. */
interface FetchOptions {
  password: string | undefined;
  connections: number | undefined;
  /** Selects files by when they were received; all without it. */
  isWantedByAge: AgeFilter | undefined;
}

type FetchCall = CommandCall<
  JsonValues & QuietValues & DryRunValues & { readonly clobber: boolean; readonly verify: boolean }
>;

/** Files to be downloaded, with the results. */
export class FileFetch {
  readonly #call: FetchCall;
  readonly #session: Session;
  readonly #options: FetchOptions;
  readonly #files: { planned: PlannedFile; target: TargetFolders | undefined }[] = [];
  /** Paths of downloaded files, by file. */
  readonly #fetched = new Map<string, string>();
  readonly #reserved = new ReservedNames();
  readonly outcome: TransferOutcome;
  #isVerified = true;

  constructor(call: FetchCall, session: Session, options: FetchOptions) {
    this.#call = call;
    this.#session = session;
    this.#options = options;
    this.outcome = new TransferOutcome(call, session);
  }

  /** The checksum of every downloaded file was verified. */
  get isVerified(): boolean {
    return this.#isVerified;
  }

  /** `target`: for folders, checked again before each file. */
  plan(files: readonly PlannedFile[], target?: TargetFolders): void {
    for (const planned of files) {
      const { uploadedAt } = planned.file;
      if (uploadedAt !== undefined && this.#options.isWantedByAge?.(uploadedAt.getTime()) === false) continue;
      this.#files.push({ planned, target });
      this.#reserved.add(dirname(planned.localPath), basename(planned.localPath));
    }
  }

  async fetchAll(transfers: number): Promise<void> {
    const isOnly = this.#files.length === 1;
    const isForLater = (error: unknown) => kindOfFailure(error) === "full";
    const sizeOf = ({ planned }: { planned: PlannedFile }) => planned.file.sizeBytes;
    const bytes = this.#files.reduce((sum, each) => sum + sizeOf(each), 0);
    // All of them, so that the remaining time is that of the whole run.
    if (!this.#call.options.dryRun) this.#session.progress.expect({ files: this.#files.length, bytes });
    const left = await runWhereRoomIs(this.#files, sizeOf, transfers, ({ planned, target }) =>
      this.outcome.attempt(planned.remotePath, { isOnly, isForLater }, async () => {
        await target?.check(dirname(planned.localPath));
        await this.#fetch(planned, isOnly);
      }),
    );
    for (const { planned } of left) {
      const what = `not enough room for its ${formatBytes(planned.file.sizeBytes)}.`;
      this.outcome.fail(planned.remotePath, new CliError("no-room", what, { exitCode: exitCodes.quota }));
    }
  }

  async #fetch(planned: PlannedFile, isOnly: boolean): Promise<void> {
    const { file, localPath, remotePath, isMadeUp = false } = planned;
    const { hasher, signal } = this.#session;
    const { options } = this.#call;
    requireSound(file, remotePath);
    await refuseFolder(localPath);
    const before = await factsOf(localPath);
    const compare = options.clobber ? holdsSame : holdsSameAsFarAsKnown;
    const isSame = await compare(hasher, localPath, file, signal);
    if (isSame === true) return this.#say("unchanged", localPath, remotePath, file.sizeBytes);
    // A dangling link exists, although its target does not.
    const isDangling = isSame === undefined && before !== undefined;
    if ((isSame === false || isDangling) && !options.clobber)
      return this.#say("kept", localPath, remotePath, file.sizeBytes);
    if (isDangling) throw inTheWay(`${visible(localPath)} is a broken symbolic link and was not replaced.`);
    this.#refuseOther(localPath, isMadeUp, before);
    if ((await stat(localPath).catch(() => undefined))?.isFile()) await requireReadable(localPath);
    if (options.dryRun) return this.#say("would-fetch", localPath, remotePath, file.sizeBytes);
    const { limits } = this.#session;
    if (!limits.mayBegin(file.sizeBytes)) {
      limits.leave(file.sizeBytes);
      return this.#say("skipped", localPath, remotePath, file.sizeBytes);
    }
    await this.#receive(planned, before, isOnly);
    const now = await factsOf(localPath);
    if (now !== undefined) this.#fetched.set(now.id, localPath);
    this.#say("fetched", localPath, remotePath, file.sizeBytes);
  }

  async #receive(
    { file, localPath, asksChecksum = false }: PlannedFile,
    before: FileFacts | undefined,
    isOnly: boolean,
  ): Promise<void> {
    const { client, progress, signal, bandwidth } = this.#session;
    const shown = new ShownTransfer(progress, { name: file.name, sizeBytes: file.sizeBytes });
    // Without verification, nobody requests the checksum.
    const whirlpool = asksChecksum ? file.whirlpool : (file.whirlpool ?? "unknown");
    let isDone = false;
    try {
      const { password, connections } = this.#options;
      const { verifiedBy } = await client.downloads.toFile(file.url, localPath, {
        sizeBytes: file.sizeBytes,
        ...(whirlpool === undefined ? {} : { whirlpool }),
        verifies: this.#call.options.verify,
        password,
        ...(connections === undefined ? {} : { connections }),
        throttle: bandwidth === undefined ? undefined : (bytes) => bandwidth.take(bytes),
        mayReplace: before !== undefined,
        beforeNaming: async () => requireUnchanged(localPath, before, await factsOf(localPath)),
        // If there are several, a smaller one may still fit.
        keepsPartWhenFull: isOnly,
        isReserved: (name) => this.#reserved.has(dirname(localPath), name),
        signal,
        onProgress: shown.onDownload,
      });
      if (verifiedBy === undefined) this.#isVerified = false;
      isDone = true;
    } finally {
      shown.end(isDone);
    }
  }

  /** An existing file is only replaced if the user or the server chose its name. */
  #refuseOther(localPath: string, isMadeUp: boolean, before: FileFacts | undefined): void {
    if (before === undefined) return;
    const twin = this.#fetched.get(before.id);
    if (twin !== undefined) {
      throw inTheWay(
        `${visible(localPath)} is the same name as ${visible(twin)} on this disk, and was not downloaded.`,
      );
    }
    if (isMadeUp) throw inTheWay(`${visible(localPath)} appeared in the meantime and was not replaced.`);
  }

  #say(action: string, localPath: string, remotePath: string, sizeBytes: number): void {
    const { options, output } = this.#call;
    if (action !== "fetched" && !options.dryRun) {
      this.#session.progress.expect({ files: -1, bytes: -sizeBytes });
    }
    if (options.json) {
      output.print(JSON.stringify({ type: "file", action, path: remotePath, localPath, sizeBytes }));
    } else if (action !== "fetched" && !options.quiet) {
      this.#session.progress.note(`${action.replace("-", " ")}: ${visible(localPath)}`);
    }
  }
}

interface FileFacts {
  /** Identifies the file. */
  id: string;
  stamp: string;
}

async function factsOf(path: string): Promise<FileFacts | undefined> {
  const found = await lstat(path, { bigint: true }).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  });
  return found && { id: `${found.dev}:${found.ino}`, stamp: stampOf(found) };
}

function requireUnchanged(path: string, before: FileFacts | undefined, now: FileFacts | undefined): void {
  if (before?.id === now?.id && before?.stamp === now?.stamp) return;
  throw inTheWay(`${visible(path)} changed during the download and was not replaced; run the command again.`);
}

function inTheWay(message: string): CliError {
  return new CliError("conflict", message, { exitCode: exitCodes.conflict });
}

import { dirname } from "node:path";
import type { CommandCall } from "../command-line/command.ts";
import { visible } from "../command-line/visible-text.ts";
import type { Session } from "../sync/session.ts";
import { runAll } from "../sync/worker-pool.ts";
import type { PlannedFile } from "./folder-download.ts";
import { holdsSame } from "./same-content.ts";
import { ShownTransfer } from "./shown-transfer.ts";
import type { TargetFolders } from "./target-folders.ts";
import { TransferOutcome } from "./transfer-outcome.ts";

/** How every file is to be fetched. */
interface FetchWishes {
  password: string | undefined;
  connections: number | undefined;
}

/** What is to be fetched, and how it went. */
export class FileFetch {
  readonly #call: CommandCall;
  readonly #session: Session;
  readonly #wishes: FetchWishes;
  readonly #files: { planned: PlannedFile; target: TargetFolders | undefined }[] = [];
  readonly outcome: TransferOutcome;

  constructor(call: CommandCall, session: Session, wishes: FetchWishes) {
    this.#call = call;
    this.#session = session;
    this.#wishes = wishes;
    this.outcome = new TransferOutcome(call, session);
  }

  /** `target`: of a folder, to be looked at again before each file. */
  plan(files: readonly PlannedFile[], target?: TargetFolders): void {
    this.#files.push(...files.map((planned) => ({ planned, target })));
  }

  async fetchAll(transfers: number): Promise<void> {
    const isOnly = this.#files.length === 1;
    await runAll(transfers, this.#files, ({ planned, target }) =>
      this.outcome.attempt(planned.remotePath, { isOnly }, async () => {
        await target?.check(dirname(planned.localPath));
        await this.#fetch(planned);
      }),
    );
  }

  async #fetch({ file, localPath, remotePath }: PlannedFile): Promise<void> {
    const { client, hasher, progress, signal, bandwidth } = this.#session;
    const { options } = this.#call;
    const isSame = await holdsSame(hasher, localPath, file, signal);
    if (isSame === true) return this.#say("unchanged", localPath, remotePath, file.sizeBytes);
    if (isSame === false && options.isUnset("clobber")) return this.#say("kept", localPath, remotePath, file.sizeBytes);
    if (options.isSet("dryRun")) return this.#say("would-fetch", localPath, remotePath, file.sizeBytes);
    const shown = new ShownTransfer(progress, { name: file.name, sizeBytes: file.sizeBytes });
    let isDone = false;
    try {
      const { password, connections } = this.#wishes;
      await client.downloads.toFile(file.url, localPath, {
        sizeBytes: file.sizeBytes,
        whirlpool: (options.isUnset("verify") ? undefined : file.whirlpool) ?? "unknown",
        password,
        ...(connections === undefined ? {} : { connections }),
        throttle: bandwidth === undefined ? undefined : (bytes) => bandwidth.take(bytes),
        signal,
        onProgress: shown.onDownload,
      });
      isDone = true;
    } finally {
      shown.end(isDone);
    }
    this.#say("fetched", localPath, remotePath, file.sizeBytes);
  }

  #say(action: string, localPath: string, remotePath: string, sizeBytes: number): void {
    const { options, output } = this.#call;
    if (options.isSet("json")) {
      output.print(JSON.stringify({ type: "file", action, path: remotePath, localPath, sizeBytes }));
    } else if (action !== "fetched" && !options.isSet("quiet")) {
      this.#session.progress.note(`${action.replace("-", " ")}: ${visible(localPath)}`);
    }
  }
}

import type { Attempts } from "./attempts.ts";
import { piecesOf } from "../trees/pieces.ts";
import type { LocalIndex } from "../trees/local-index.ts";
import type { Removal } from "../plan/plan.ts";
import { LINKS_PER_CALL } from "../trees/remote-store.ts";
import type { RemoteStore } from "../trees/remote-store.ts";
import type { RunRecord } from "./run-record.ts";
import type { RemoteFile } from "../trees/tree.ts";

/** Removes remote files, many with one call: old versions once their replacements have arrived, and surplus files. */
export class RemoteRemoval {
  readonly #remote: Pick<RemoteStore, "remove" | "kindOf">;
  readonly #index: LocalIndex;
  readonly #record: RunRecord;
  readonly #attempts: Attempts;
  readonly #signal: AbortSignal;
  #replaced: { path: string; url: string }[] = [];

  constructor(
    remote: Pick<RemoteStore, "remove" | "kindOf">,
    index: LocalIndex,
    record: RunRecord,
    attempts: Attempts,
    signal: AbortSignal,
  ) {
    this.#remote = remote;
    this.#index = index;
    this.#record = record;
    this.#attempts = attempts;
    this.#signal = signal;
  }

  /** Queues old versions for removal; they are removed when there are enough for a call. */
  async retire(path: string, urls: readonly string[]): Promise<void> {
    this.#replaced.push(...urls.map((url) => ({ path, url })));
    if (this.#replaced.length >= LINKS_PER_CALL) await this.flush();
  }

  async flush(): Promise<void> {
    for (const piece of piecesOf(this.#replaced.splice(0), LINKS_PER_CALL)) {
      const urls = piece.map(({ url }) => url);
      const paths = piece.map(({ path }) => `${path} (the old version)`);
      const removed = await this.#attempts.try("delete", paths, () => this.#removeLinks(urls));
      if (removed !== undefined) this.#index.unmarkSuperseded(urls);
    }
  }

  async remove(removals: readonly Removal<RemoteFile>[]): Promise<void> {
    for (const piece of piecesOf(removals, LINKS_PER_CALL)) {
      const urls = piece.map(({ file }) => file.url);
      const paths = piece.map(({ path }) => path);
      if ((await this.#attempts.try("delete", paths, () => this.#removeLinks(urls))) === undefined) continue;
      this.#index.unmarkSuperseded(urls);
      for (const { path, file } of piece) this.#record.done({ action: "delete", path, sizeBytes: file.sizeBytes });
    }
  }

  async #removeLinks(urls: readonly string[]): Promise<void> {
    try {
      await this.#remote.remove(urls, this.#signal);
    } catch (error) {
      if (this.#remote.kindOf(error) !== "gone") throw error;
      // The answer does not say which of them is gone, and the others still exist.
      for (const url of urls.length > 1 ? urls : []) await this.#removeLinks([url]);
    }
  }
}

import type { RemoteUploadItem } from "@consigne/sdk";
import { formatBytes } from "../command-line/amounts.ts";
import type { FileProgress, Progress } from "./progress.ts";

interface ShownItem {
  file: FileProgress;
  sizeBytes: number;
  receivedBytes: number;
}

/** Shows the server's answers about the URLs that it fetches. */
export class RemoteItemsProgress {
  readonly #progress: Progress;
  readonly #ended = new Set<string>();
  readonly #running = new Map<string, ShownItem>();
  #files = 0;

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  look(items: readonly RemoteUploadItem[]): void {
    this.#progress.expect({ files: items.length - this.#files });
    this.#files = items.length;
    for (const item of items) if (!this.#ended.has(item.id)) this.#show(item);
    const isIdle = this.#running.size === 0 && items.some(({ state }) => state === "waiting");
    this.#progress.phase(isIdle ? "waiting" : undefined);
  }

  #show(item: RemoteUploadItem): void {
    const { id, state, receivedBytes = 0 } = item;
    if (state === "running") return this.#move(this.#running.get(id) ?? this.#begin(item), item);
    const shown = this.#running.get(id);
    this.#running.delete(id);
    if (state !== "waiting") this.#ended.add(id);
    if (state !== "done") {
      shown?.file.fail();
      this.#progress.expect({ bytes: -(shown?.sizeBytes ?? 0) });
      return;
    }
    if (shown === undefined) return this.#progress.count({ files: 1 });
    shown.file.add(Math.max(0, Math.max(receivedBytes, shown.sizeBytes) - shown.receivedBytes));
    shown.file.done();
  }

  #begin({ id, name, sourceUrl }: RemoteUploadItem): ShownItem {
    const file = this.#progress.begin({ name: name ?? sourceUrl, sizeBytes: 0 });
    const shown = { file, sizeBytes: 0, receivedBytes: 0 };
    this.#running.set(id, shown);
    return shown;
  }

  #move(shown: ShownItem, { sizeBytes = 0, receivedBytes = 0 }: RemoteUploadItem): void {
    const { file } = shown;
    this.#progress.expect({ bytes: sizeBytes - shown.sizeBytes });
    // The source's file has changed.
    if (receivedBytes < shown.receivedBytes) file.restart();
    file.add(receivedBytes - (receivedBytes < shown.receivedBytes ? 0 : shown.receivedBytes));
    file.state(sizeBytes === 0 ? formatBytes(receivedBytes) : `${Math.floor((receivedBytes / sizeBytes) * 100)} %`);
    Object.assign(shown, { sizeBytes, receivedBytes });
  }
}

import type { Account } from "../accounts/account.ts";
import type { FolderReference } from "../folders/folder-access.ts";
import type { ReceivedFile } from "../uploads/incoming-file.ts";
import type { UploadShare } from "../uploads/upload-room.ts";

export interface ArrivingFile {
  readonly number: number;
  readonly folder: FolderReference | undefined;
  readonly folders: readonly string[];
  /** Resolves when its bytes are durable. */
  readonly arriving: Promise<ReceivedFile>;
  readonly sizeBytes: number;
}

/** Files that are made durable and listed together, with the space reserved for them until then. */
export class BatchGroup {
  readonly share: UploadShare;
  readonly files: ArrivingFile[] = [];
  readonly #paths = new Set<string>();
  #bytes = 0;
  #admitting: Promise<void> | undefined;

  constructor(share: UploadShare) {
    this.share = share;
  }

  get count(): number {
    return this.files.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The most folders that can be made for them. */
  get folderCount(): number {
    return this.#paths.size;
  }

  /** Called once for all of its files. @throws {DomainError} as {@link UploadShare.admit} */
  admit(owner: Account): Promise<void> {
    this.#admitting ??= this.share.admit(owner, undefined);
    return this.#admitting;
  }

  add(file: ArrivingFile): void {
    this.files.push(file);
    this.#bytes += file.sizeBytes;
    let path = String(file.folder ?? "");
    for (const name of file.folders) {
      path += `/${name}`;
      this.#paths.add(path);
    }
    // The failure is handled later, with those of the other files.
    file.arriving.catch(() => undefined);
  }
}

import type { Blob } from "../files/file.ts";
import type { Permitted } from "../policy/permitted.ts";

/** A content that nobody can download, through any present or future file. */
export interface ContentBlock extends Pick<Blob, "sizeBytes"> {
  readonly whirlpool: string;
  readonly id: string;
  /** The link that was reported; the file may be gone since. */
  readonly fileId: string;
  /** Only shown to the operator; "" if none was given. */
  readonly reason: string;
  readonly blockedAt: Date;
}

export type BlockId = Permitted<"server.manage", string>;

export interface ContentBlockRepository {
  /**
   * Returns false, and changes nothing, if the content is already blocked. Files with this content are blocked, and
   * files of the same size without a checksum until theirs is known.
   */
  add(block: ContentBlock & { readonly id: BlockId }): Promise<boolean>;
  /** Lifts a block. Returns false if there is none. */
  remove(id: BlockId): Promise<boolean>;
  findById(id: string): Promise<ContentBlock | undefined>;
  findByIdentity(identity: Pick<ContentBlock, "whirlpool" | "sizeBytes">): Promise<ContentBlock | undefined>;
  /** Newest first; `after` is the last one of the previous page. */
  list(after: Pick<ContentBlock, "id" | "blockedAt"> | undefined, limit: number): Promise<ContentBlock[]>;
}

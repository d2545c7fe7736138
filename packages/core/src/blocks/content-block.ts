import type { Blob } from "../files/file.ts";
import type { Permitted } from "../policy/permitted.ts";

/** A content that nobody can download, whoever has files of it now or later. */
export interface ContentBlock extends Pick<Blob, "sizeBytes"> {
  readonly whirlpool: string;
  readonly id: string;
  /** The link that named it; the file may be gone since. */
  readonly fileId: string;
  /** For the operator alone; "" when none was given. */
  readonly reason: string;
  readonly blockedAt: Date;
}

export type BlockId = Permitted<"server.manage", string>;

export interface ContentBlockRepository {
  /**
   * False, and nothing is changed, where the content is blocked already. Files of it are blocked with it, and those of its
   * size whose checksum is not known until it is.
   */
  add(block: ContentBlock & { readonly id: BlockId }): Promise<boolean>;
  /** Lifts a block. False where there is none. */
  remove(id: BlockId): Promise<boolean>;
  findById(id: string): Promise<ContentBlock | undefined>;
  findByIdentity(identity: Pick<ContentBlock, "whirlpool" | "sizeBytes">): Promise<ContentBlock | undefined>;
  /** Newest first; `after` is the last one of the page before. */
  list(after: Pick<ContentBlock, "id" | "blockedAt"> | undefined, limit: number): Promise<ContentBlock[]>;
}

import type {
  CountedFolder,
  EntryFile,
  EntryPart,
  EntryRepository,
  EntrySpan,
  NameSearch,
  SearchStep,
} from "@consigne/core";
import type { Selectable } from "kysely";
import type { RowSource } from "../row-source.ts";
import type { FoldersTable } from "../tables.ts";
import { readParts } from "./batches.ts";
import { conditionOf, namedLike } from "./entry-condition.ts";
import { EntryWalk, type Found, type SortedPlace } from "./entry-walk.ts";
import { selectListed, toListedFile } from "./listed-files.ts";
import { folderContents, toFolder } from "./folder-reads.ts";
import { ownLinkColumns, toLinkUse } from "./own-link-columns.ts";

const fileKeys = { name: "sort_name", size: "size_bytes", date: "created_at", downloads: "download_count" } as const;

export class EntryRows implements EntryRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async listFolders(parentId: number, span: EntrySpan): Promise<EntryPart<CountedFolder>> {
    const isByName = span.sort === "size" || span.sort === "downloads";
    const place = {
      table: "folders",
      within: { column: "parent_id", id: parentId },
      key: span.sort === "date" ? "created_at" : "sort_name",
      isDescending: span.isDescending && !isByName,
    } as const;
    const { total, positions } = await this.#find(
      place,
      span,
      async () => (await this.#counters(parentId)).folderCount,
    );
    return { total, entries: await this.findFolders(positions.map(({ id }) => Number(id))) };
  }

  async listFiles(folderId: number, span: EntrySpan): Promise<EntryPart<EntryFile>> {
    const within = { column: "folder_id", id: folderId } as const;
    const place = { table: "files", within, key: fileKeys[span.sort], isDescending: span.isDescending } as const;
    const { total, positions } = await this.#find(place, span, async () => (await this.#counters(folderId)).fileCount);
    return { total, entries: await this.findFiles(positions.map(({ id }) => String(id))) };
  }

  async findFolders(ids: readonly number[]): Promise<CountedFolder[]> {
    const { read } = this.#rows;
    const rows = await readParts(ids, (some) =>
      read.selectFrom("folders").selectAll().where("id", "in", some).execute(),
    );
    return inOrder(ids, rows.map(toCountedFolder));
  }

  async findFiles(ids: readonly string[]): Promise<EntryFile[]> {
    const { read } = this.#rows;
    const rows = await readParts(ids, (some) =>
      selectListed(read)
        .leftJoin("links as own", "own.id", "files.id")
        .select(ownLinkColumns)
        .select(["files.folder_id", "files.is_inline", "files.download_count"])
        .where("files.id", "in", some)
        .execute(),
    );
    // Guests' files are in no folder, and are not entries.
    const files = rows.flatMap(({ folder_id: folderId, ...row }) =>
      folderId === null
        ? []
        : {
            ...toListedFile(row),
            folderId,
            isInline: row.is_inline === 1,
            downloads: row.download_count,
            ownLink: toLinkUse(row),
          },
    );
    return inOrder(ids, files);
  }

  async searchFolders(accountId: string, search: NameSearch): Promise<SearchStep<CountedFolder>> {
    const { found, next } = await this.#search("folders", accountId, search);
    return { found: await this.findFolders(found.map(({ id }) => Number(id))), next };
  }

  async searchFiles(accountId: string, search: NameSearch): Promise<SearchStep<EntryFile>> {
    const { found, next } = await this.#search("files", accountId, search);
    return { found: await this.findFiles(found.map(({ id }) => String(id))), next };
  }

  #search(table: SortedPlace["table"], accountId: string, { parts, after }: NameSearch) {
    const within = { column: "account_id", id: accountId } as const;
    const place = { table, within, key: "sort_name", isDescending: false } as const;
    return new EntryWalk(this.#rows, place).step(after, namedLike(parts));
  }

  async #find(place: SortedPlace, span: EntrySpan, countAll: () => Promise<number>): Promise<Found> {
    const walk = new EntryWalk(this.#rows, place);
    const condition = span.condition === undefined ? undefined : conditionOf(place.table, span.condition);
    if (condition !== undefined) return walk.findSome(span, condition);
    const total = await countAll();
    return { total, positions: await walk.find(span, total) };
  }

  async #counters(folderId: number): Promise<{ fileCount: number; folderCount: number }> {
    const [counters] = await this.#rows.readPrepared(folderContents, [folderId]);
    return counters ?? { fileCount: 0, folderCount: 0 };
  }
}

function toCountedFolder(row: Selectable<FoldersTable>): CountedFolder {
  const { file_count: fileCount, size_bytes: sizeBytes, folder_count: folderCount } = row;
  return { ...toFolder(row), fileCount, sizeBytes, folderCount };
}

/** Leaves out what was removed since the ids were read. */
function inOrder<Id, Row extends { id: Id }>(ids: readonly Id[], rows: readonly Row[]): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

import type {
  AccessList,
  FurtherLink,
  Link,
  LinkChanges,
  LinkRepository,
  LinksOf,
  LinkTarget,
  NewLink,
} from "@consigne/core";
import { type Selectable, sql, type Updateable } from "kysely";
import { parseJson, toDate, toDateOrUndefined, toFlag, toInstant, toInstantOrNull } from "../columns.ts";
import type { RowSource } from "../row-source.ts";
import { inBatches } from "./batches.ts";
import type { LinksTable } from "./link-columns.ts";

/**
 * Exactly the expression of the index `links_owner`: excludes a file's own link, which has the id of the file, in the
 * trash too.
 */
const isFurther = sql<boolean>`coalesce(links.file_id, links.trashed_file_id, '') <> links.id`;
const isOn = sql<boolean>`links.is_on = 1`;

export class LinkRows implements LinkRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async findById(id: string): Promise<Link | undefined> {
    const row = await this.#rows.read
      .selectFrom("links")
      .selectAll()
      .where("id", "=", id)
      // A link whose target is in the trash leads nowhere.
      .where((eb) => eb.or([eb("file_id", "is not", null), eb("folder_id", "is not", null)]))
      .executeTakeFirst();
    return row && toLink(row);
  }

  async listOf(target: LinksOf): Promise<Link[]> {
    const { column, id } = columnOf(target);
    const rows = await this.#rows.read
      .selectFrom("links")
      .selectAll()
      .where(column, "=", id)
      .orderBy("created_at")
      .orderBy("id")
      .execute();
    return rows.map(toLink);
  }

  async listFurtherOpen(ownerId: string, { now, limit }: { now: Date; limit: number }): Promise<FurtherLink[]> {
    const rows = await this.#rows.read
      .selectFrom("links")
      .leftJoin("files", "files.id", "links.file_id")
      .leftJoin("folders", "folders.id", "links.folder_id")
      .selectAll("links")
      .select(sql<string>`coalesce(files.name, folders.name)`.as("name"))
      .where("links.owner_id", "=", ownerId)
      .where(isOn)
      .where(isFurther)
      .where((eb) => eb.or([eb("links.file_id", "is not", null), eb("links.folder_id", "is not", null)]))
      .where("links.has_ended", "=", 0)
      .where((eb) => eb.or([eb("links.ends_at", "is", null), eb("links.ends_at", ">", toInstant(now))]))
      .where((eb) =>
        eb.or([eb("links.max_downloads", "is", null), eb("links.used_count", "<", eb.ref("links.max_downloads"))]),
      )
      .orderBy("links.created_at", "desc")
      .orderBy("links.id", "desc")
      .limit(limit)
      .execute();
    return rows.map(({ name, ...row }) => ({ ...toLink(row), name }));
  }

  async switchOffFurther(ownerId: string): Promise<number> {
    return this.#rows.atomically(({ write }) =>
      inBatches((limit) =>
        write
          .updateTable("links")
          .set({ is_on: 0 })
          .where(
            "id",
            "in",
            write
              .selectFrom("links")
              .select("id")
              .where("owner_id", "=", ownerId)
              .where(isOn)
              .where(isFurther)
              .limit(limit),
          )
          .executeTakeFirst(),
      ),
    );
  }

  async create(link: NewLink): Promise<void> {
    await this.#insertion(link).execute();
  }

  async createOrMove(link: NewLink): Promise<void> {
    const moved = ["file_id", "folder_id", "password_hash", "access_list", "owner_id"] as const;
    await this.#insertion(link)
      .onConflict((conflict) =>
        conflict
          .column("id")
          .doUpdateSet((eb) => Object.fromEntries(moved.map((column) => [column, eb.ref(`excluded.${column}`)]))),
      )
      .execute();
  }

  async update(id: string, target: LinkTarget, changes: LinkChanges): Promise<void> {
    const row: Updateable<LinksTable> = {
      ...("passwordHash" in changes ? { password_hash: changes.passwordHash ?? null } : {}),
      ...("accessList" in changes ? { access_list: toListOrNull(changes.accessList) } : {}),
      ...("endsAt" in changes ? { ends_at: toInstantOrNull(changes.endsAt), has_ended: 0 } : {}),
      ...("maxDownloads" in changes ? { max_downloads: changes.maxDownloads ?? null } : {}),
      ...(changes.isOn === undefined ? {} : { is_on: toFlag(changes.isOn) }),
      ...(changes.note === undefined ? {} : { note: changes.note }),
    };
    if (Object.keys(row).length === 0) return;
    const { column, id: targetId } = columnOf(target);
    await this.#rows.write.updateTable("links").set(row).where("id", "=", id).where(column, "=", targetId).execute();
  }

  async endExpired(now: Date, id?: string): Promise<number> {
    const { write } = this.#rows;
    let over = write
      .selectFrom("links")
      .select("id")
      .where(sql<boolean>`has_ended = 0`)
      .where("ends_at", "<=", toInstant(now));
    if (id !== undefined) over = over.where("id", "=", id);
    return inBatches((limit) =>
      write.updateTable("links").set({ has_ended: 1 }).where("id", "in", over.limit(limit)).executeTakeFirst(),
    );
  }

  async remove(id: string, target: LinkTarget): Promise<void> {
    const { column, id: targetId } = columnOf(target);
    await this.#rows.write.deleteFrom("links").where("id", "=", id).where(column, "=", targetId).execute();
  }

  #insertion({ target, ...link }: NewLink) {
    return this.#rows.write.insertInto("links").values((eb) => ({
      id: link.id,
      file_id: "fileId" in target ? target.fileId : null,
      folder_id: "folderId" in target ? target.folderId : null,
      password_hash: link.passwordHash ?? null,
      access_list: toListOrNull(link.accessList),
      ends_at: toInstantOrNull(link.endsAt),
      max_downloads: link.maxDownloads ?? null,
      used_count: 0,
      is_on: toFlag(link.isOn),
      note: link.note,
      created_at: toInstant(link.createdAt),
      owner_id: ("fileId" in target
        ? eb.selectFrom("files").select("files.account_id").where("files.id", "=", target.fileId)
        : eb.selectFrom("folders").select("folders.account_id").where("folders.id", "=", target.folderId)
      ).$asScalar(),
    }));
  }
}

function columnOf(target: LinksOf): { column: "file_id"; id: string } | { column: "folder_id"; id: number } {
  return "fileId" in target ? { column: "file_id", id: target.fileId } : { column: "folder_id", id: target.folderId };
}

const toListOrNull = (list: AccessList | undefined): string | null =>
  list === undefined ? null : JSON.stringify(list);

function toLink(row: Selectable<LinksTable>): Link {
  return {
    id: row.id,
    fileId: row.file_id ?? undefined,
    folderId: row.folder_id ?? undefined,
    passwordHash: row.password_hash ?? undefined,
    accessList: row.access_list === null ? undefined : parseJson<AccessList>(row.access_list),
    endsAt: toDateOrUndefined(row.ends_at),
    hasEnded: row.has_ended === 1,
    maxDownloads: row.max_downloads ?? undefined,
    usedCount: row.used_count,
    isOn: row.is_on === 1,
    note: row.note,
    createdAt: toDate(row.created_at),
  };
}

import type {
  Invitation,
  InvitationEnd,
  InvitationPosition,
  InvitationRenewal,
  InvitationRepository,
} from "@consigne/core";
import type { Selectable, Updateable } from "kysely";
import { toDate, toDateOrUndefined, toInstant, toInstantOrNull } from "../columns.ts";
import type { RowSource } from "../row-source.ts";
import { inBatches } from "./batches.ts";
import type { InvitationsTable } from "./invitation-columns.ts";

export class InvitationRows implements InvitationRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async findById(id: string): Promise<Invitation | undefined> {
    const { read } = this.#rows;
    const row = await read.selectFrom("invitations").selectAll().where("id", "=", id).executeTakeFirst();
    return row === undefined ? undefined : toInvitation(row);
  }

  async findByHash(hash: string): Promise<Invitation | undefined> {
    const { read } = this.#rows;
    const row = await read.selectFrom("invitations").selectAll().where("hash", "=", hash).executeTakeFirst();
    return row === undefined ? undefined : toInvitation(row);
  }

  async findOpenByEmail(email: string): Promise<Invitation | undefined> {
    const row = await this.#rows.read
      .selectFrom("invitations")
      .selectAll()
      .where("email_key", "=", email.toLowerCase())
      .where("ended_at", "is", null)
      .executeTakeFirst();
    return row === undefined ? undefined : toInvitation(row);
  }

  async countOpen(): Promise<number> {
    const { count } = await this.#rows.read
      .selectFrom("invitations")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      // Always true, so that only the index of open invitations is read.
      .where("email_key", ">", "")
      .where("ended_at", "is", null)
      .executeTakeFirstOrThrow();
    return count;
  }

  async list({ after, limit }: { after?: InvitationPosition | undefined; limit: number }): Promise<Invitation[]> {
    const rows = await this.#rows.read
      .selectFrom("invitations")
      .selectAll()
      .$if(after !== undefined, (query) =>
        query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple("created_at", "id"), "<", tuple(toInstant(after?.createdAt ?? new Date(0)), after?.id ?? "")),
        ),
      )
      .orderBy("created_at", "desc")
      .orderBy("id", "desc")
      .limit(limit)
      .execute();
    return rows.map(toInvitation);
  }

  async create(invitation: Invitation): Promise<void> {
    const { write } = this.#rows;
    await write
      .updateTable("invitations")
      .set({ ended_as: "replaced", ended_at: toInstant(invitation.createdAt) })
      .where("email_key", "=", invitation.email.toLowerCase())
      .where("ended_at", "is", null)
      .execute();
    await write
      .insertInto("invitations")
      .values({
        id: invitation.id,
        email: invitation.email,
        email_key: invitation.email.toLowerCase(),
        plan_id: invitation.planId,
        quota_bytes: invitation.quotaBytes ?? null,
        language: invitation.language,
        invited_by: invitation.invitedBy ?? null,
        hash: invitation.hash ?? null,
        created_at: toInstant(invitation.createdAt),
        mailed_at: toInstantOrNull(invitation.mailedAt),
        ends_at: toInstant(invitation.endsAt),
        ended_as: invitation.ended?.as ?? null,
        ended_at: toInstantOrNull(invitation.ended?.at),
      })
      .execute();
  }

  async renew(id: string, { hash, mailedAt, endsAt }: InvitationRenewal): Promise<boolean> {
    const row: Updateable<InvitationsTable> = {};
    if (hash !== undefined) row.hash = hash;
    if (mailedAt !== undefined) row.mailed_at = mailedAt === null ? null : toInstant(mailedAt);
    if (endsAt !== undefined) row.ends_at = toInstant(endsAt);
    return this.#changeOpen(id, row);
  }

  end(id: string, as: InvitationEnd, at: Date): Promise<boolean> {
    return this.#changeOpen(id, { ended_as: as, ended_at: toInstant(at) });
  }

  async #changeOpen(id: string, row: Updateable<InvitationsTable>): Promise<boolean> {
    const { numUpdatedRows } = await this.#rows.write
      .updateTable("invitations")
      .set(row)
      .where("id", "=", id)
      .where("ended_at", "is", null)
      .executeTakeFirst();
    return numUpdatedRows > 0;
  }

  async removeEndingBefore(time: Date): Promise<number> {
    const { write } = this.#rows;
    return inBatches((limit) =>
      write
        .deleteFrom("invitations")
        .where(
          "id",
          "in",
          write.selectFrom("invitations").select("id").where("ends_at", "<", toInstant(time)).limit(limit),
        )
        .executeTakeFirst(),
    );
  }
}

function toInvitation(row: Selectable<InvitationsTable>): Invitation {
  const ended =
    row.ended_as === null || row.ended_at === null ? undefined : { as: row.ended_as, at: toDate(row.ended_at) };
  return {
    id: row.id,
    email: row.email,
    planId: row.plan_id,
    quotaBytes: row.quota_bytes ?? undefined,
    language: row.language,
    invitedBy: row.invited_by ?? undefined,
    hash: row.hash ?? undefined,
    createdAt: toDate(row.created_at),
    mailedAt: toDateOrUndefined(row.mailed_at),
    endsAt: toDate(row.ends_at),
    ended,
  };
}

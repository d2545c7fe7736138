import type { Permitted } from "../policy/permitted.ts";
import type { Invitation, InvitationEnd } from "./invitation.ts";

export type ChangeableInvitationId = Permitted<"server.manage" | "system", string>;

/** The position of an invitation in the list of all. */
export type InvitationPosition = Pick<Invitation, "createdAt" | "id">;

/** What is left out stays; `null`: not mailed yet. */
export interface InvitationRenewal extends Partial<Pick<Invitation, "hash" | "endsAt">> {
  readonly mailedAt?: Date | null | undefined;
}

export interface InvitationRepository {
  findById(id: string): Promise<Invitation | undefined>;
  findByHash(hash: string): Promise<Invitation | undefined>;
  /** The invitation of an address, ignoring case, that has not ended; the caller checks whether it has expired. */
  findOpenByEmail(email: string): Promise<Invitation | undefined>;
  /** How many have not ended, including expired ones. */
  countOpen(): Promise<number>;
  /** Newest first, then by descending id; starts behind `after`. */
  list(page: { after?: InvitationPosition | undefined; limit: number }): Promise<Invitation[]>;
  /** Replaces an open invitation of the same address, which ends as `replaced`. */
  create(invitation: Invitation): Promise<void>;
  /** Changes an open invitation; false if it had ended. */
  renew(id: ChangeableInvitationId, changes: InvitationRenewal): Promise<boolean>;
  /** False if it had ended. */
  end(id: ChangeableInvitationId, as: InvitationEnd, at: Date): Promise<boolean>;
  /** Returns how many were removed. */
  removeEndingBefore(time: Date): Promise<number>;
}

import type { Permitted } from "../policy/permitted.ts";
import type { Invitation, InvitationEnd } from "./invitation.ts";

export type ChangeableInvitationId = Permitted<"server.manage" | "system", string>;

/** Where an invitation stands in the list of all. */
export type InvitationPosition = Pick<Invitation, "createdAt" | "id">;

export interface InvitationRepository {
  findById(id: string): Promise<Invitation | undefined>;
  findByHash(hash: string): Promise<Invitation | undefined>;
  /** That of an address, without regard to case, which has not ended; whether its time is over is for the caller to see. */
  findOpenByEmail(email: string): Promise<Invitation | undefined>;
  /** How many have not ended, those whose time is over among them. */
  countOpen(): Promise<number>;
  /** Newest first, then by id downwards, after the position of `after`. */
  list(page: { after?: InvitationPosition | undefined; limit: number }): Promise<Invitation[]>;
  /** In place of an open one of the same address, which ends as `replaced`. */
  create(invitation: Invitation): Promise<void>;
  /** A new link in place of the one before, while the invitation is open; false when it had ended. */
  renew(
    id: ChangeableInvitationId,
    changes: Partial<Pick<Invitation, "hash" | "mailedAt" | "endsAt">>,
  ): Promise<boolean>;
  /** False when it had ended. */
  end(id: ChangeableInvitationId, as: InvitationEnd, at: Date): Promise<boolean>;
  /** Returns how many went. */
  removeEndingBefore(time: Date): Promise<number>;
}

import { type Actor, isAccountActor } from "../policy/actor.ts";
import { countedSubject } from "../policy/counted-subject.ts";
import type { Repositories } from "../ports/database.ts";
import type { ReportBounds, UploadReport } from "./upload-session.ts";

/** A report stays when its files are removed, outside any quota. Clients read theirs immediately. */
const accountBounds: ReportBounds = { count: 1000, bytes: 4 * 1024 ** 2 };
/** For guests at an address or IPv6 /48. */
const networkBounds: ReportBounds = { count: 200, bytes: 1024 ** 2 };
const allGuestsBounds: ReportBounds = { count: 2000, bytes: 16 * 1024 ** 2 };

/** Stores the report; removes the oldest ones of the same holder if there are too many. */
export async function storeReport(
  { uploads }: Pick<Repositories, "uploads">,
  uploader: Actor,
  { id, report, expiresAt }: { id: string; report: UploadReport; expiresAt: Date },
): Promise<void> {
  if (isAccountActor(uploader)) {
    const holder = { accountId: uploader.account.id };
    await uploads.finish(id, report, expiresAt, holder);
    await uploads.removeOldestReports(holder, accountBounds);
    return;
  }
  const { network } = countedSubject(uploader);
  await uploads.finish(id, report, expiresAt, { network });
  await uploads.removeOldestReports({ network }, networkBounds);
  await uploads.removeOldestReports("all guests", allGuestsBounds);
}

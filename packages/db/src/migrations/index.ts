import { countDownloadsOfAccounts } from "./0052-downloads-of-accounts.ts";
import type { Migration } from "kysely/migration";
import type { SchemaDialect } from "../schema-dialect.ts";
import { createInitialSchema } from "./0001-initial.ts";
import { letBytesBeReplaced } from "./0002-replaceable-bytes.ts";
import { addUsageCounters } from "./0003-usage-counters.ts";
import { addLevelsOfFolders } from "./0004-levels-of-folders.ts";
import { orderLocks } from "./0005-order-of-locks.ts";
import { orderAccounts } from "./0006-order-of-accounts.ts";
import { listFoldersByAccount } from "./0007-folders-of-accounts.ts";
import { countFolders } from "./0008-folders-counted.ts";
import { orderReleasedLocks } from "./0009-released-locks.ts";
import { addJobs } from "./0010-jobs.ts";
import { addQuotas } from "./0011-quotas-of-accounts.ts";
import { orderRecordsWithoutAccount } from "./0012-records-without-account.ts";
import { noteEndsOfKeys } from "./0013-ended-keys.ts";
import { takeKeysFromKeys } from "./0014-keys-of-keys.ts";
import { saySettingsInWords } from "./0015-settings-in-words.ts";
import { sayReasonsOfLocks } from "./0016-reasons-of-locks.ts";
import { findKeylessTokens } from "./0017-keyless-tokens.ts";
import { addSessions } from "./0018-sessions.ts";
import { noteSessionsOfTokens } from "./0019-tokens-of-sessions.ts";
import { addMailedTokens } from "./0020-mailed-tokens.ts";
import { noteAddressesOfKeys } from "./0021-last-use-of-keys.ts";
import { noteHoldersOfReports } from "./0022-holders-of-reports.ts";
import { nameStoreOfBytes } from "./0023-store-of-bytes.ts";
import { noteAddressesOfTokens } from "./0024-mailed-addresses.ts";
import { findSharedFolders } from "./0025-shared-folders.ts";
import { noteMakersOfKeys } from "./0026-makers-of-keys.ts";
import { addRemoteUploads } from "./0027-remote-uploads.ts";
import { addLanes } from "./0028-lanes-of-jobs.ts";
import { addImports } from "./0031-imports.ts";
import { addContentBlocks } from "./0029-content-blocks.ts";
import { addMessagesOfFetches } from "./0032-messages-of-fetches.ts";
import { addHousekeeping } from "./0030-housekeeping.ts";
import { sortNames } from "./0033-sorted-names.ts";
import { countEntries } from "./0034-counted-entries.ts";
import { orderNamesOfAccounts } from "./0035-names-of-accounts.ts";
import { letTokensBeOfArchives } from "./0041-archives.ts";
import { addTrash } from "./0036-trash.ts";
import { addVersions } from "./0037-versions.ts";
import { nameContentsOfTokens } from "./0057-contents-of-tokens.ts";
import { addLinks } from "./0042-links.ts";
import { noteDeletedAccounts } from "./0040-deleted-accounts.ts";
import { noteEndedSessions } from "./0038-ended-sessions.ts";
import { noteChanges } from "./0039-changes.ts";
import { addInvitations } from "./0046-invitations.ts";
import { addFolderShares } from "./0047-folder-shares.ts";
import { noteSharesOfTokens } from "./0050-tokens-of-shares.ts";
import { noteOwnersOfRecords } from "./0044-owners-of-records.ts";
import { countTextsOfImports } from "./0043-texts-of-imports.ts";
import { letTrashYield } from "./0055-yielding-trash.ts";
import { addPartUploads } from "./0061-part-uploads.ts";
import { addUploadStreams } from "./0058-upload-streams.ts";
import { addLinksOfUploads } from "./0059-links-of-uploads.ts";
import { refuseWhoKnowsNoPacks } from "./0063-packed-blobs.ts";
import { noteOwnersOfLinks } from "./0068-owners-of-links.ts";
import { addManifests } from "./0062-manifests.ts";
import { indexDamagedContents } from "./0069-damaged-contents.ts";
import { orderWaitingJobs } from "./0070-first-jobs.ts";
import { noteEndedLinks } from "./0056-ended-links.ts";
import { noteMaybePresent } from "./0053-names-of-unknown-contents.ts";

/**
 * Names sort in the order in which they run. A released migration never changes, neither its name nor what it does:
 * every change is a new migration, in its own file.
 */
export function schemaMigrations(dialect: SchemaDialect): Record<string, Migration> {
  return {
    "0001-initial": { up: createInitialSchema(dialect) },
    "0002-replaceable-bytes": { up: letBytesBeReplaced(dialect) },
    "0003-usage-counters": { up: addUsageCounters(dialect) },
    "0004-levels-of-folders": { up: addLevelsOfFolders(dialect) },
    "0005-order-of-locks": { up: orderLocks },
    "0006-order-of-accounts": { up: orderAccounts },
    "0007-folders-of-accounts": { up: listFoldersByAccount },
    "0008-folders-counted": { up: countFolders(dialect) },
    "0009-released-locks": { up: orderReleasedLocks },
    "0010-jobs": { up: addJobs(dialect) },
    "0011-quotas-of-accounts": { up: addQuotas(dialect) },
    "0012-records-without-account": { up: orderRecordsWithoutAccount },
    "0013-ended-keys": { up: noteEndsOfKeys(dialect) },
    "0014-keys-of-keys": { up: takeKeysFromKeys },
    "0015-settings-in-words": { up: saySettingsInWords },
    "0016-reasons-of-locks": { up: sayReasonsOfLocks(dialect) },
    "0017-keyless-tokens": { up: findKeylessTokens },
    "0018-sessions": { up: addSessions(dialect) },
    "0019-tokens-of-sessions": { up: noteSessionsOfTokens(dialect) },
    "0020-mailed-tokens": { up: addMailedTokens(dialect) },
    "0021-last-use-of-keys": { up: noteAddressesOfKeys(dialect) },
    "0022-holders-of-reports": { up: noteHoldersOfReports(dialect) },
    "0023-store-of-bytes": { up: nameStoreOfBytes(dialect) },
    "0024-mailed-addresses": { up: noteAddressesOfTokens(dialect) },
    "0025-shared-folders": { up: findSharedFolders },
    "0026-makers-of-keys": { up: noteMakersOfKeys(dialect) },
    "0027-remote-uploads": { up: addRemoteUploads(dialect) },
    "0028-lanes-of-jobs": { up: addLanes(dialect) },
    "0029-content-blocks": { up: addContentBlocks(dialect) },
    "0030-housekeeping": { up: addHousekeeping(dialect) },
    "0031-imports": { up: addImports(dialect) },
    "0032-messages-of-fetches": { up: addMessagesOfFetches(dialect) },
    "0033-sorted-names": { up: sortNames(dialect) },
    "0034-counted-entries": { up: countEntries(dialect) },
    "0035-names-of-accounts": { up: orderNamesOfAccounts },
    "0036-trash": { up: addTrash(dialect) },
    "0037-versions": { up: addVersions(dialect) },
    "0038-ended-sessions": { up: noteEndedSessions(dialect) },
    "0039-changes": { up: noteChanges(dialect) },
    "0040-deleted-accounts": { up: noteDeletedAccounts(dialect) },
    "0041-archives": { up: letTokensBeOfArchives(dialect) },
    "0042-links": { up: addLinks(dialect) },
    "0043-texts-of-imports": { up: countTextsOfImports(dialect) },
    "0044-owners-of-records": { up: noteOwnersOfRecords(dialect) },
    "0046-invitations": { up: addInvitations(dialect) },
    "0047-folder-shares": { up: addFolderShares(dialect) },
    "0050-tokens-of-shares": { up: noteSharesOfTokens(dialect) },
    "0052-downloads-of-accounts": { up: countDownloadsOfAccounts(dialect) },
    "0053-names-of-unknown-contents": { up: noteMaybePresent(dialect) },
    "0055-yielding-trash": { up: letTrashYield(dialect) },
    "0056-ended-links": { up: noteEndedLinks(dialect) },
    "0057-contents-of-tokens": { up: nameContentsOfTokens(dialect) },
    "0058-upload-streams": { up: addUploadStreams(dialect) },
    "0059-links-of-uploads": { up: addLinksOfUploads(dialect) },
    "0061-part-uploads": { up: addPartUploads(dialect) },
    "0062-manifests": { up: addManifests(dialect) },
    "0063-packed-blobs": { up: refuseWhoKnowsNoPacks },
    "0068-owners-of-links": { up: noteOwnersOfLinks(dialect) },
    "0069-damaged-contents": { up: indexDamagedContents },
    "0070-first-jobs": { up: orderWaitingJobs },
  };
}

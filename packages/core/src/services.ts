import { AddressChange, addressChangeMail } from "./accounts/address-change.ts";
import { AccountDeletion } from "./accounts/account-deletion.ts";
import { AccountExport } from "./accounts/account-export.ts";
import { AccountRemoval } from "./accounts/account-removal.ts";
import { PasswordReset, passwordResetMail } from "./accounts/password-reset.ts";
import { AccountService } from "./accounts/account-service.ts";
import { Admission } from "./admission/admission.ts";
import { LinkPasswords } from "./admission/link-passwords.ts";
import { RemovalCodes } from "./admission/removal-codes.ts";
import { BatchService } from "./batches/batch-service.ts";
import { AuditLog } from "./audit/audit-log.ts";
import { OwnActivity } from "./audit/own-activity.ts";
import { ContentBlocks } from "./blocks/content-blocks.ts";
import { ArchiveService } from "./archives/archive-service.ts";
import { FreeDownloads, type FreeRules } from "./downloads/free-downloads.ts";
import { DownloadService } from "./downloads/download-service.ts";
import { ManifestService } from "./downloads/manifest-service.ts";
import { TokenUse } from "./downloads/token-use.ts";
import { EntryChanges } from "./entries/entry-changes.ts";
import { EntryService } from "./entries/entry-service.ts";
import { EventService } from "./events/event-service.ts";
import { checksumKind } from "./files/checksum-job.ts";
import { Checksums } from "./files/checksums.ts";
import { RemovalLinks } from "./files/removal-links.ts";
import { LinkCheck } from "./files/link-check.ts";
import { FileService } from "./files/file-service.ts";
import type { FloodProfile } from "./flood/flood-profile.ts";
import { FloodService } from "./flood/flood-service.ts";
import { FolderService } from "./folders/folder-service.ts";
import { BytesRemover } from "./housekeeping/bytes-remover.ts";
import { BytesCollection } from "./housekeeping/bytes-collection.ts";
import { Collector } from "./housekeeping/collector.ts";
import { GuestFiles } from "./housekeeping/guest-files.ts";
import {
  type Housekeeping,
  housekeepingKinds,
  type HousekeepingRules,
  housekeepingSchedules,
  usualHousekeeping,
} from "./housekeeping/housekeeping-jobs.ts";
import { Notices } from "./housekeeping/notices.ts";
import { Scrub } from "./housekeeping/scrub.ts";
import { ScrubRequests } from "./housekeeping/scrub-requests.ts";
import type { SettingInForce } from "./housekeeping/setting-in-force.ts";
import { StatusService } from "./housekeeping/server-status.ts";
import { Statistics } from "./housekeeping/statistics.ts";
import { StorageCheck } from "./housekeeping/storage-check.ts";
import { TrashEmptying } from "./housekeeping/trash-emptying.ts";
import { TransferMeter } from "./housekeeping/transfer-meter.ts";
import { invitationMail } from "./invitations/invitation-mail.ts";
import { InvitationService } from "./invitations/invitation-service.ts";
import { JobQueue } from "./jobs/job-queue.ts";
import type { JobSchedule } from "./jobs/job-schedule.ts";
import { ApiKeyService } from "./keys/api-key-service.ts";
import { LinkService } from "./links/link-service.ts";
import { noticeMails } from "./mail/mail-jobs.ts";
import type { BlobStore } from "./ports/blob-store.ts";
import type { Clock } from "./ports/clock.ts";
import type { Countries } from "./ports/countries.ts";
import type { ContentHasher } from "./ports/content-hasher.ts";
import type { Database } from "./ports/database.ts";
import type { Locker } from "./ports/locker.ts";
import type { Mailer } from "./ports/mailer.ts";
import type { RateLimiter } from "./ports/rate-limiter.ts";
import type { Sealer } from "./ports/sealer.ts";
import type { RemoteFetchRules } from "./remote/remote-fetch.ts";
import { remoteUploadKind } from "./remote/remote-upload-job.ts";
import { RemoteUploadService } from "./remote/remote-upload-service.ts";
import { importKind } from "./imports/import-job.ts";
import { ImportService } from "./imports/import-service.ts";
import type { ImportSources } from "./ports/import-source.ts";
import type { SourceFetcher } from "./ports/source-fetcher.ts";
import type { Thumbnails } from "./ports/thumbnails.ts";
import { SessionService } from "./sessions/session-service.ts";
import { PeopleService } from "./shares/people-service.ts";
import { ShareService } from "./shares/share-service.ts";
import { StorageSpace } from "./storage/storage-space.ts";
import { thumbnailKind } from "./thumbnails/thumbnail-job.ts";
import { ThumbnailOrders } from "./thumbnails/thumbnail-orders.ts";
import { ThumbnailService } from "./thumbnails/thumbnail-service.ts";
import { TrashRoom } from "./trash/trash-room.ts";
import { FolderRemoval } from "./trash/trash-folders.ts";
import { TrashService } from "./trash/trash-service.ts";
import { partUploadServices, type StreamUploadService } from "./part-uploads/stream-upload-service.ts";
import { Beginnings } from "./part-uploads/beginnings.ts";
import type { PartUploadService } from "./part-uploads/part-upload-service.ts";
import type { UploadRules } from "./uploads/upload.ts";
import { UploadRoom } from "./uploads/upload-room.ts";
import { UploadService } from "./uploads/upload-service.ts";
import { VersionService } from "./versions/version-service.ts";

/** Everything the domain needs from outside. */
export interface Ports {
  database: Database;
  blobs: BlobStore;
  hasher: ContentHasher;
  limiter: RateLimiter;
  locker: Locker;
  mailer: Mailer;
  sources: SourceFetcher;
  importSources: ImportSources;
  sealer: Sealer;
  countries: Countries;
  clock: Clock;
  /** Undefined if no thumbnails are made. */
  thumbnails?: Thumbnails | undefined;
}

export interface RemoteRules {
  /** Addresses per account that have not been fetched yet. */
  mostWaiting: number;
  startsPerMinute: RemoteFetchRules["startsPerMinute"];
}

export const usualRemoteRules: RemoteRules = { mostWaiting: 10_000, startsPerMinute: { account: 240, host: 120 } };

export const USUAL_TRASH_DAYS = 30;
export const USUAL_VERSION_DAYS = 30;

export interface DomainRules {
  uploads: UploadRules;
  flood: FloodProfile;
  /** The most files in one listing; 1fichier.com stops at 5,000. */
  listLimit: number;
  /** The most files and folders of an account. */
  maxEntries: number;
  /** Space to keep free, see `StorageSpace`. */
  minFreeBytes: number | undefined;
  freeDownloads: FreeRules;
  /** How long removed files stay in the trash, unless the account has its own setting; 0: not at all. */
  trashDays?: number | undefined;
  /** How long older versions of files are kept, unless the account has its own setting; 0: not at all. */
  versionDays?: number | undefined;
  /** Host of the public URL, if known: passwords must not be derived from it. */
  siteHost?: string | undefined;
  remote?: RemoteRules;
  /** The running server's settings, for administrators; without them nothing is shown. */
  settings?: readonly SettingInForce[] | undefined;
  /** Defaults apply if left out. */
  housekeeping?: HousekeepingRules | undefined;
}

export interface Services extends Housekeeping {
  admission: Admission;
  auditLog: AuditLog;
  activity: OwnActivity;
  accounts: AccountService;
  accountRemoval: AccountRemoval;
  accountDeletion: AccountDeletion;
  accountExport: AccountExport;
  keys: ApiKeyService;
  sessions: SessionService;
  passwordReset: PasswordReset;
  addressChange: AddressChange;
  invitations: InvitationService;
  folders: FolderService;
  files: FileService;
  entries: EntryService;
  entryChanges: EntryChanges;
  events: EventService;
  trash: TrashService;
  versions: VersionService;
  linkCheck: LinkCheck;
  removalLinks: RemovalLinks;
  uploads: UploadService;
  partUploads: PartUploadService;
  batches: BatchService;
  streamUploads: StreamUploadService;
  downloads: DownloadService;
  manifests: ManifestService;
  links: LinkService;
  archives: ArchiveService;
  thumbnails: ThumbnailService;
  shares: ShareService;
  people: PeopleService;
  remoteUploads: RemoteUploadService;
  imports: ImportService;
  flood: FloodService;
  /** The part for administrators. */
  locks: Pick<FloodService, "listActive" | "release">;
  contentBlocks: ContentBlocks;
  jobs: JobQueue;
  /** What to run repeatedly. */
  schedules: readonly JobSchedule[];
  notices: Notices;
  status: StatusService;
  scrubRequests: ScrubRequests;
  meter: TransferMeter;
  bytesRemover: BytesRemover;
  storageCheck: StorageCheck;
  storageSpace: Pick<StorageSpace, "refusal">;
}

/** Services that ask nobody for permission: whoever has one of these may do everything it does. */
type OwnWork = keyof Housekeeping | "bytesRemover" | "meter" | "notices" | "schedules" | "storageCheck";

/**
 * The services for interfaces: only `admission` identifies callers, and every other call takes the caller it returned.
 */
export type EdgeServices = Omit<
  Services,
  OwnWork | "accountDeletion" | "accountRemoval" | "accounts" | "flood" | "keys" | "sessions"
> & {
  accountDeletion: Omit<AccountDeletion, "run">;
  accountRemoval: Omit<AccountRemoval, "removeDue">;
  accounts: Omit<AccountService, "findByPassword">;
  keys: Omit<ApiKeyService, "authenticate">;
  sessions: Omit<SessionService, "authenticate">;
};

const letterKinds = (ports: Ports) => [
  passwordResetMail(ports),
  addressChangeMail(ports),
  invitationMail(ports),
  ...noticeMails(ports),
];

/** What people do through mailed links. */
function letterServices(
  parts: Ports & { jobs: JobQueue; siteHost: string | undefined },
): Pick<Services, "addressChange" | "invitations" | "passwordReset"> {
  return {
    addressChange: new AddressChange(parts),
    invitations: new InvitationService(parts),
    passwordReset: new PasswordReset(parts),
  };
}

/** For people who delete their account, and export what it contains. */
function leavingServices(
  parts: Ports & { remover: BytesRemover; jobs: () => JobQueue },
): Pick<Services, "accountDeletion" | "accountExport" | "accountRemoval"> {
  const removal = new AccountRemoval(parts);
  return {
    accountDeletion: new AccountDeletion({ ...parts, removal }),
    accountExport: new AccountExport(parts),
    accountRemoval: removal,
  };
}

/** What the server does on its own. */
function housekeepingServices(
  parts: Ports & {
    remover: BytesRemover;
    checksums: Checksums;
    notices: Notices;
    meter: TransferMeter;
    beginnings: Beginnings;
    folderRemoval: FolderRemoval;
    accountDeletion: AccountDeletion;
    jobs: () => JobQueue;
    rules: HousekeepingRules;
  },
): Housekeeping {
  const { rules, accountDeletion } = parts;
  return {
    collector: new Collector(parts),
    bytesCollection: new BytesCollection(parts),
    scrub: new Scrub({ ...parts, rules: rules.scrub }),
    guestFiles: new GuestFiles({ ...parts, unusedMs: rules.guestFilesMs }),
    statistics: new Statistics(parts),
    trashEmptying: new TrashEmptying(parts),
    deletedAccounts: accountDeletion,
  };
}

/** Reading thumbnails orders missing ones, and the job finds out whether they can be made at all. */
function thumbnailParts(parts: Ports & { notices: Notices; jobs: () => JobQueue }) {
  const orders = new ThumbnailOrders();
  const service = new ThumbnailService({ ...parts, orders, store: parts.thumbnails?.store });
  return { service, kind: thumbnailKind({ ...parts, orders, onMissingDecoder: () => service.noteMissingDecoder() }) };
}

/** Check secrets, and count each wrong one as a guess. */
const judgesOf = (parts: Ports & { flood: FloodService }) => ({
  passwords: new LinkPasswords(parts),
  removalCodes: new RemovalCodes(parts),
});

type PartsOf<Service extends abstract new (parts: never) => unknown> = ConstructorParameters<Service>[0];

/** For administrators: what the server does, and what they may ask of it. */
const statusServices = (parts: PartsOf<typeof StatusService> & PartsOf<typeof ScrubRequests>) => ({
  status: new StatusService(parts),
  scrubRequests: new ScrubRequests(parts),
});

/** The ways to upload files, in one request or several. */
function uploadServices(
  parts: PartsOf<typeof UploadService> & PartsOf<typeof PartUploadService> & PartsOf<typeof BatchService>,
) {
  return {
    uploads: new UploadService(parts),
    ...partUploadServices(parts),
    batches: new BatchService(parts),
  };
}

/** Builds every service on the given ports. */
export function createServices(ports: Ports, rules: DomainRules): Services {
  const bytesRemover = new BytesRemover(ports);
  const space = new StorageSpace({ blobs: ports.blobs, minFreeBytes: rules.minFreeBytes });
  const flood = new FloodService({ ...ports, profile: rules.flood });
  const {
    maxEntries,
    trashDays: usualDays = USUAL_TRASH_DAYS,
    versionDays: usualVersionDays = USUAL_VERSION_DAYS,
    housekeeping: housekeepingRules = usualHousekeeping,
  } = rules;
  const checksums = new Checksums({ ...ports, remover: bytesRemover });
  const [notices, meter, beginnings] = [new Notices(), new TransferMeter(), new Beginnings()];
  const work = { remover: bytesRemover, notices, meter, beginnings, checksums };
  const base = { ...ports, ...judgesOf({ ...ports, flood }), ...work, space, maxEntries, usualDays };
  const inner = { ...base, folderRemoval: new FolderRemoval(base) };
  const orders = { ...inner, jobs: () => jobs };
  const leaving = leavingServices(orders);
  const housekeeping = housekeepingServices({ ...orders, rules: housekeepingRules, ...leaving });
  const files = new FileService({ ...inner, listLimit: rules.listLimit });
  const sessions = new SessionService(ports);
  const { siteHost, remote = usualRemoteRules } = rules;
  const trashRoom = new TrashRoom(base);
  const room = new UploadRoom({ ...inner, trashRoom, rules: rules.uploads });
  const fetching = { ...rules.uploads, ...remote, maxEntries };
  const pictures = thumbnailParts(orders);
  const kinds = [
    ...housekeepingKinds(housekeeping),
    ...letterKinds(ports),
    remoteUploadKind({ ...inner, room, rules: fetching }),
    importKind({ ...orders, room, rules: fetching }),
    pictures.kind,
    checksumKind({ checksums }),
  ];
  const jobs: JobQueue = new JobQueue({ ...ports, kinds });
  const free = new FreeDownloads({ ...ports, rules: rules.freeDownloads });
  const fetched = { ...inner, free, tokens: new TokenUse({ ...ports, free }) };
  const accounts = new AccountService({ ...inner, jobs, siteHost });
  const keys = new ApiKeyService({ ...ports, jobs });
  return {
    admission: new Admission({ accounts, keys, sessions, flood, clock: ports.clock }),
    auditLog: new AuditLog(ports),
    activity: new OwnActivity(ports),
    accounts,
    ...leaving,
    keys,
    sessions,
    ...letterServices({ ...ports, jobs, siteHost }),
    folders: new FolderService(inner),
    files,
    entries: new EntryService(ports),
    entryChanges: new EntryChanges(inner),
    events: new EventService(ports),
    trash: new TrashService(inner),
    versions: new VersionService({ ...inner, usualVersionDays }),
    removalLinks: new RemovalLinks({ ...inner, files }),
    linkCheck: new LinkCheck(inner),
    ...uploadServices({ ...inner, room, jobs: () => jobs, usualVersionDays, rules: rules.uploads }),
    downloads: new DownloadService(fetched),
    manifests: new ManifestService(inner),
    links: new LinkService(inner),
    archives: new ArchiveService(fetched),
    thumbnails: pictures.service,
    people: new PeopleService(inner),
    shares: new ShareService({ ...inner, listLimit: rules.listLimit }),
    imports: new ImportService({ ...inner, jobs }),
    remoteUploads: new RemoteUploadService({ ...inner, jobs, mostWaiting: remote.mostWaiting }),
    flood,
    locks: flood,
    contentBlocks: new ContentBlocks(inner),
    ...housekeeping,
    jobs,
    schedules: housekeepingSchedules(housekeepingRules),
    notices,
    ...statusServices({ ...inner, ...housekeeping, jobs, settings: rules.settings ?? [] }),
    meter,
    bytesRemover,
    storageSpace: inner.space,
    storageCheck: new StorageCheck(inner),
  };
}

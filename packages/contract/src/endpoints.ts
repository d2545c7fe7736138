import { accountEndpoints } from "./endpoints/account-endpoints.ts";
import { activityEndpoints } from "./endpoints/activity-endpoints.ts";
import { adminEndpoints } from "./endpoints/admin-endpoints.ts";
import { adminKeyEndpoints } from "./endpoints/admin-key-endpoints.ts";
import { entryEndpoints } from "./endpoints/entry-endpoints.ts";
import { fileEndpoints } from "./endpoints/file-endpoints.ts";
import { folderEndpoints } from "./endpoints/folder-endpoints.ts";
import { ftpEndpoints } from "./endpoints/ftp-endpoints.ts";
import { importEndpoints } from "./endpoints/import-endpoints.ts";
import { jobEndpoints } from "./endpoints/job-endpoints.ts";
import { invitationEndpoints } from "./endpoints/invitation-endpoints.ts";
import { keyEndpoints } from "./endpoints/key-endpoints.ts";
import { manifestEndpoints } from "./endpoints/manifest-endpoints.ts";
import { profileEndpoints } from "./endpoints/profile-endpoints.ts";
import { linkEndpoints } from "./endpoints/link-endpoints.ts";
import { shareEndpoints } from "./endpoints/share-endpoints.ts";
import { remoteEndpoints } from "./endpoints/remote-endpoints.ts";
import { storageCheckEndpoints } from "./endpoints/storage-check-endpoint.ts";
import { trashEndpoints } from "./endpoints/trash-endpoints.ts";
import { uploadEndpoints } from "./endpoints/upload-endpoints.ts";
import { versionEndpoints } from "./endpoints/version-endpoints.ts";
import { voucherEndpoints } from "./endpoints/voucher-endpoints.ts";

/** Every JSON call of the wire, including our own under `/x/v1`. */
export const endpoints = {
  ...accountEndpoints,
  ...fileEndpoints,
  ...folderEndpoints,
  ...entryEndpoints,
  ...trashEndpoints,
  ...versionEndpoints,
  ...uploadEndpoints,
  ...manifestEndpoints,
  ...linkEndpoints,
  ...shareEndpoints,
  ...remoteEndpoints,
  ...importEndpoints,
  ...ftpEndpoints,
  ...voucherEndpoints,
  ...keyEndpoints,
  ...profileEndpoints,
  ...activityEndpoints,
  ...adminEndpoints,
  ...adminKeyEndpoints,
  ...jobEndpoints,
  ...storageCheckEndpoints,
  ...invitationEndpoints,
};
export type EndpointName = keyof typeof endpoints;

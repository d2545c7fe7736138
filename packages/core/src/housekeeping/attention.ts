/** Why an operator should look at something, in English, the only language of logs and operator commands. */
export const attentionEnglish = {
  "not-running": "The server is not running.",
  "storage-full": "Uploads are refused: there is too little free space.",
  "storage-unavailable": "Uploads are refused: the storage is not responding.",
  "dead-jobs": "Jobs failed for good; `jobs list --state dead` lists them.",
  "damaged-data": "Stored data is damaged; `fsck` lists the files.",
  "unreferenced-data":
    "A lot of stored data belongs to no file, and none of it was removed; `collect --dry-run` lists it.",
  "no-administrator-mail": "No e-mail reaches the administrator's address; `user email` changes it.",
  "recent-errors": "The log has errors from the last 24 hours.",
} as const;

export type AttentionReason = keyof typeof attentionEnglish;

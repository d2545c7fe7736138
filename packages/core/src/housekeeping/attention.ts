/** Why an operator should look, in English: logs and the operator's commands speak it alone. */
export const attentionEnglish = {
  "not-running": "The server is not running.",
  "storage-full": "Uploads are refused: there is too little free space.",
  "storage-unavailable": "Uploads are refused: the storage does not answer.",
  "dead-jobs": "Jobs failed for good; `jobs list --state dead` lists them.",
  "damaged-bytes": "Stored bytes are damaged; `fsck` names the files.",
  "too-many-unknown": "Many stored bytes belong to no file, and none was removed; see `collect --dry-run`.",
  "logged-errors": "The log has errors of the last 24 hours.",
} as const;

export type AttentionReason = keyof typeof attentionEnglish;

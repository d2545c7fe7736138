/** The storage and its check, for administrators. */
export const texts = {
  "sto.title": "Storage",
  "sto.check": "Regular check",
  "sto.every": "{days, plural, one {every day} other {every # days}}",
  "sto.off": "off (CONSIGNE_SCRUB_EVERY_DAYS)",
  "sto.current": "Current check",
  "sto.waiting": "about to start",
  "sto.progress":
    "{bytes} of {totalBytes} read, {contents} of {totalContents} file contents, {damaged} damaged (since {time})",
  "sto.stopped": "It was interrupted, and regular checks are off. “Check now” continues it.",
  "sto.progressName": "Progress of the storage check",
  "sto.never": "none yet",
  "sto.last": "Last check",
  "sto.lastOf":
    "{contents, plural, one {# file content} other {# file contents}} ({bytes}), {damaged} damaged (from {started} to {ended})",
  "sto.none": "none",
  "sto.damaged": "Damaged now",
  "sto.contents": "{count, plural, one {# file content} other {# file contents}}",
  "sto.many": "{count} file contents or more",
  "sto.advice":
    "Damaged files cannot be downloaded or copied. consigne-server fsck lists them and their owners. To repair a file, upload the same file again, in any account, or restore its data from a backup and run consigne-server fsck.",
  "sto.blocked": "Blocked",
  "sto.collection": "Clean-up",
  "sto.nothing": "nothing to remove ({time})",
  "sto.removed": "removed {bytes} of stored data that belonged to no file ({time})",
  "sto.refused":
    "Nothing was removed ({time}): {bytes} of stored data belong to no file, so this may be the wrong database. consigne-server collect --dry-run lists it.",
  "sto.start": "Check now…",
  "sto.startTitle": "Check the storage now?",
  "sto.startText":
    "The server reads all stored data and compares it with its checksums. It reads slowly so that transfers stay fast; that can take days. Nothing is removed, and files stay available.",
  "sto.startDo": "Start check",
  "sto.started": "The storage check has started",
  "sto.isRunning": "A storage check is already in progress",
};

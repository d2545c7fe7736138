/** Earlier contents of files. */
export const texts = {
  "versions.title": "Older versions",
  "versions.intro": "What this file contained before it was replaced. Older versions count towards your quota.",
  "versions.until": "Kept until {date}",
  "versions.restore": "Restore",
  "versions.restoreOf": "Restore the version of {date}",
  "versions.download": "Download",
  "versions.downloadOf": "Download the version of {date}",
  "versions.remove": "Remove…",
  "versions.removeOf": "Remove the version of {date}",
  "versions.removeTitle": "Remove the version of {date} for good?",
  "versions.removeText": "The file itself and its other versions stay. This cannot be undone.",
  "versions.removed": "The version of {date} is removed for good",
  "versions.restored": "“{name}” is as it was on {date}; what it was until now is kept as a version",
} as const;

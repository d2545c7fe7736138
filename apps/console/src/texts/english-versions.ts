/** What a file was before its bytes were replaced. */
export const versionTexts = {
  "versions.title": "Older versions",
  "versions.intro": "What this file was before it was replaced. They count towards your quota.",
  "versions.until": "Kept until {date}",
  "versions.restore": "Restore",
  "versions.restoreOf": "Restore the version of {date}",
  "versions.download": "Download",
  "versions.downloadOf": "Download the version of {date}",
  "versions.restored": "“{name}” is as it was on {date}; what it was until now is kept as a version",
} as const;

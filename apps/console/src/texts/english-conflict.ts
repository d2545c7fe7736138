/** For the dialog about a file whose name is taken. */
export const texts = {
  "conflict.title": "“{name}” already exists",
  "conflict.text": "The folder {folder} has a file with this name.",
  "conflict.continued": "Part of this upload arrived before it was interrupted. “Skip” leaves those files as they are.",
  "conflict.keep": "Keep both",
  "conflict.keepText": "The new one becomes “{name}”.",
  "conflict.replace": "Replace",
  "conflict.replaceText":
    "The link stays the same. The file it replaces, the newest if several have this name, is kept as an older version.",
  "conflict.notYours": "Only the owner of the shared folder can replace a file.",
  "conflict.skip": "Skip",
  "conflict.skipText": "Nothing is uploaded for this name.",
  "conflict.all": "{count, plural, one {Do the same for # more} other {Do the same for # more}}",
  "conflict.choose": "What to do",
  "conflict.go": "Continue",
};

/** Leaving: exporting what an account contains, and deleting it. */
export const texts = {
  "exp.part": "Export your data",
  "exp.text":
    "A file that lists everything in your account, one line of JSON each: settings, folders, files with checksums and links, names of keys, sessions, remote uploads, imports and activity. To get the files themselves, download their folder as a zip file or use the command line.",
  "exp.do": "Save as a file",
  "exp.busy": "Gathering…",
  "exp.done": "{count, plural, one {# record saved} other {# records saved}}",
  "del.part": "Delete account",
  "del.text":
    "Your account is locked immediately and removed with all its files after seven days. Until then, whoever runs the server can restore it.",
  "del.ask": "Delete account…",
  "del.title": "Delete your account?",
  "del.goes": "This is removed with it:",
  "del.files": "{count, plural, one {# file} other {# files}} and their links ({size})",
  "del.folders":
    "{count, plural, one {# folder} other {# folders}}, {shared, plural, =0 {none of them} other {# of them}} open to the public",
  "del.keys": "{count, plural, one {# API key} other {# API keys}}",
  "del.rest": "What is in the trash, all sessions, remote uploads and settings",
  "del.grace":
    "Links, keys and sessions stop working immediately. An e-mail tells you when the files will be removed. If you change your mind before then, ask whoever runs the server.",
  "del.typed": "To confirm, type your address: {email}",
  "del.notSame": "This is not the address of your account.",
  "del.do": "Delete account",
  "del.doneTitle": "Your account is deleted",
  "del.done":
    "You are signed out. The files will be permanently removed on {time}; until then, whoever runs the server can restore them.",
};

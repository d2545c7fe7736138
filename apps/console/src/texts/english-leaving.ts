/** Leaving: what an account has, to take along, and its deletion. */
export const texts = {
  "exp.part": "Export your data",
  "exp.text":
    "A file with everything your account has: settings, folders, files with checksums and links, keys without their text, sessions, remote uploads, imports and activity; one line of JSON each. The files themselves you get as a zip of their folder, or by the command line.",
  "exp.do": "Save as a file",
  "exp.busy": "Gathering…",
  "exp.done": "{count, plural, one {# record saved} other {# records saved}}",
  "del.part": "Delete account",
  "del.text":
    "Your account is locked at once, and removed with all its files seven days later. Whoever runs the server can bring it back until then.",
  "del.ask": "Delete account…",
  "del.title": "Delete your account?",
  "del.goes": "This is removed with it:",
  "del.files": "{count, plural, one {# file} other {# files}} and their links ({size})",
  "del.folders":
    "{count, plural, one {# folder} other {# folders}}, {shared, plural, =0 {none of them} other {# of them}} open to the public",
  "del.keys": "{count, plural, one {# API key} other {# API keys}}",
  "del.rest": "What is in the trash, all sessions, remote uploads and settings",
  "del.grace":
    "Links, keys and sessions stop working at once. An e-mail tells you when the files will be removed; until then ask whoever runs the server if you change your mind.",
  "del.typed": "To confirm, type your address: {email}",
  "del.notSame": "This is not the address of your account.",
  "del.do": "Delete account",
  "del.doneTitle": "Your account is deleted",
  "del.done":
    "You are signed out. The files are removed for good on {time}; until then whoever runs the server can bring them back.",
};

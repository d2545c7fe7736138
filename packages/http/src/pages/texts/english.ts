import { archiveEnglish } from "./archive-english.ts";
import { shareEnglish } from "./share-english.ts";
import { plural } from "../plural.ts";
import { accountEnglish } from "./account-english.ts";
import { consoleEnglish } from "./console-english.ts";
import { filesEnglish } from "./files-english.ts";
import { resetEnglish } from "./reset-english.ts";

/**
 * Clients look for many of these words, and wait or give up when they find others (`alarms.ts` in the tests), so a text
 * may only change together with the tests that assert it.
 */
export const english = {
  archive: archiveEnglish,
  frame: {
    skip: "Skip to the content",
    navigation: "Site",
    signIn: "Sign in",
    signOut: "Sign out",
    footer: "Consigne, self-hosted file sharing",
  },
  password: {
    label: "Password",
    wrong: "Bad password",
    advice: "Whoever gave you the link knows the password.",
  },
  file: {
    protectedTitle: "Protected file",
    protectedText: "A password is needed to see and download this file.",
    uploaded: "Uploaded",
    size: "Size",
    name: "Name",
    download: "Download",
    type: "Type",
    qr: "QR code of this link",
    inline: "Open in the browser instead of saving",
    preview: "Preview",
    ownLink: "Link",
    ownLinkAdvice: "This is your file. Pass the link on, or have the code above scanned.",
    signIn: "Sign in to download at once",
    save: {
      title: "Save on my account",
      folder: "Folder",
      root: "My files",
      submit: "Save a copy",
    },
  },
  check: {
    title: "Check the download",
    checksum: "Whirlpool checksum of this file:",
    unknown: "being computed; load this page again in a moment",
    compare: "Compute it from your copy and compare:",
  },
  command: {
    title: "Download on the command line",
    unix: "Linux and macOS",
  },
  link: {
    ready: (size: string) => `Your download is ready: ${size}.`,
    begins: (size: string) => `Your download (${size}) begins by itself. If it does not, use this link.`,
    life: "This URL is yours alone, and works for a few minutes. An interrupted download can be resumed for half an hour.",
    preview: "Preview in a new tab",
    here: "Click here to download the file",
    start: "Start your download",
  },
  free: {
    title: "Please be patient",
    inSeconds: plural("en", {
      one: "Your next download can begin in {n} second.",
      other: "Your next download can begin in {n} seconds.",
    }),
    inMinutes: plural("en", {
      one: "Your next download can begin in {n} minute.",
      other: "Your next download can begin in {n} minutes.",
    }),
    // The next three as programs look for them, whatever the number of minutes.
    between: "Without subscription, you must wait between downloads.",
    minutes: (minutes: number) => `You must wait ${minutes} minutes`,
    seconds: (seconds: number) => `Free download in ⏳ ${seconds}`,
    advice: "Accounts with a paid plan download at once.",
    busy: "Warning ! Without subscription, you can only download one file at a time.",
    busyAdvice: "Wait until your other download has ended, or stop it.",
    again: "Back to the file",
  },
  arriving: {
    state: (percent: number, size: string) => `This file is still being uploaded: ${percent}% of ${size} has arrived.`,
    soon: "It should be ready in less than a minute.",
    inMinutes: plural("en", {
      one: "It should be ready in about {n} minute.",
      other: "It should be ready in about {n} minutes.",
    }),
    inHours: plural("en", {
      one: "It should be ready in about {n} hour.",
      other: "It should be ready in about {n} hours.",
    }),
    inDays: plural("en", {
      one: "It should be ready in about {n} day.",
      other: "It should be ready in about {n} days.",
    }),
    unknown: "How long that will take cannot be said yet.",
    paused: "Nothing has arrived for a while: whoever sends it may have paused.",
    again: "Look again",
    byItself:
      "This page looks again by itself from time to time. You can also come back later: the link stays the same.",
    withPassword: "You can come back later: the link and its password stay the same.",
  },
  offline: {
    title: "File not found",
    first: "File not found !",
    second: "The requested file could not be found",
    third: "The requested file has been deleted",
    advice: "Check the link, or ask whoever gave it to you for a new one.",
  },
  blocked: {
    title: "Blocked file",
    text: "The operator of this server has blocked this file, so nobody can download it",
    advice: "It still belongs to your account, and you can remove it. Ask the operator for the reason.",
  },
  damaged: {
    title: "Damaged file",
    text: "The stored data of this file is damaged, so it cannot be downloaded",
    advice: "Its owner can repair it by uploading the same file again; the link stays the same.",
  },
  restricted: {
    title: "Restricted file",
    text: "Access to this file is protected",
    advice:
      "Its owner gives access only to some people or places. If you should have access, sign in with the account that they know, or ask them for access.",
  },
  noDownload: {
    title: "No download",
    later: "Try again in a moment.",
    again: "Open the page of the file again for a link of your own.",
  },
  share: shareEnglish,
  folder: {
    heading: (name: string) => `Shared folder ${name}`,
    /** Shown before the name with its characters. */
    hiddenCharacters: "This name has hidden characters and may be misleading. Shown with them, it is",
    protectedTitle: "Protected folder",
    protectedText: "A password is needed to see this folder.",
    open: "Open",
    files: plural("en", { one: "{n} file", other: "{n} files" }),
    moreFolders: plural("en", {
      one: "There are more folders than the one shown here.",
      other: "There are more folders than the {n} shown here.",
    }),
    all: "Fetch all files on the command line",
    download: "Download",
    name: "Name",
    size: "Size",
  },
  noFolder: {
    title: "No such folder",
    text: "There is no shared folder at this URL",
    advice: "Check the link, or ask whoever gave it to you for a new one.",
  },
  removal: {
    title: "Remove this file?",
    question: "The file will be gone for everybody, and its link with it. This cannot be undone.",
    explanation: "You see this page because you have the removal link of this file.",
    remove: "Remove the file",
    doneTitle: "File removed",
    done: "The file has been destroyed",
  },
  network: {
    title: "Your network",
    text: "Every network may use this server.",
    yours: (address: string) => `Your address, as this server sees it: ${address}`,
  },
  database: {
    title: "Please try again later",
    text: "Can't connect DB",
    advice: "Try again in a few minutes.",
  },
  scan: {
    title: "Please wait",
    text: "Please wait until the file has been scanned",
    advice: "Open the link of the file again in a moment.",
  },
  lockedOut: {
    title: "Not right now",
    banned: "IP Locked",
    tooFast: "Your requests are too fast",
    reason: "Too many requests came from your network in a short time.",
  },
  refusal: {
    title: "That did not work",
    requestNumber: (id: string) => `Number of this request, for the operator: ${id}`,
  },
  home: {
    title: "Consigne",
    text: "Self-hosted file sharing that speaks the 1fichier.com API. Open a link to a file or a folder to download it.",
    reference: "API reference",
    signInToUpload: "Sign in to upload files.",
    uploadTitle: "Send files",
    files: "Files",
    most: (size: string) => `Up to ${size} each. You get a link for every file, and one that removes it.`,
    linkPassword: "Password for the links",
    optional: "Leave it empty for links that anybody may open.",
    send: "Upload",
  },
  upload: {
    failedTitle: "Upload failed",
    finishedTitle: "Upload finished",
    finished: "Upload finished - Links",
    file: "File",
    size: "Size",
    link: "Download link",
    removal: "Removal link",
    pages: "Pages of these files",
    pagesAdvice: "The links above start your download at once. These show the page that other people see.",
  },
  account: accountEnglish,
  files: filesEnglish,
  console: consoleEnglish,
  reset: resetEnglish,
};

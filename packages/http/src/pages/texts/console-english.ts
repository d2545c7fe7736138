import { fetchEnglish } from "@consigne/core";
import { plural } from "../plural.ts";
import { importsEnglish } from "./imports-english.ts";

/**
 * Short answers of the web pages to programs. They look for the English ones, word for word (contract: `console/*.pl`).
 */
export const consoleEnglish = {
  folderCreated: "Folder created successfully",
  folderExists: "Another folder has this name. Nothing was changed.",
  invalidName: "Invalid name. Nothing was changed.",
  tooDeep: "Invalid folder: there may be no folder at this depth. Nothing was changed.",
  full: "There is no room left in this account. Nothing was changed.",
  folderRemoved: "The folder has been destroyed.",
  notEmpty: "The folder is not empty. Nothing was removed.",
  root: "This cannot be done with the root folder. Nothing was changed.",
  noFolder: "There is no such folder. Nothing was changed.",
  noFile: "There is no such file. Nothing was changed.",
  noneNamed: "No file was named. Nothing was changed.",
  tooMany: "Name fewer files at once. Nothing was changed.",
  removed: plural("en", { one: "{n} file has been destroyed.", other: "{n} files have been destroyed." }),
  asked: plural("en", {
    one: "With remove=1, {n} file will be removed for good:",
    other: "With remove=1, {n} files will be removed for good:",
  }),
  renamed: "File renamed successfully",
  sameName: "The file already has this name. Nothing was changed.",
  moved: plural("en", { one: "{n} file was moved.", other: "{n} files were moved." }),
  notFiles: "Only files are moved this way, with dragged_type=2. Nothing was changed.",
  notAsked: "Send change=1 to share the folder or to end that. Nothing was changed.",
  shared: (url: string) => `Folder shared: ${url}`,
  unshared: "The folder is no longer shared.",
  files: plural("en", { one: "{n} file", other: "{n} files" }),
  links: { title: "Links", name: "Name", link: "Link" },
  info: {
    title: "Stored in this account",
    files: "Files",
    space: "Space",
    accesses: "Accesses (not counted here)",
  },
  imports: importsEnglish,
  remote: {
    title: "Remote uploads",
    menu: "Remote uploads",
    links: "URLs, one per line",
    linksAdvice: "http, https or ftp, up to 100 at once. The server fetches them by itself; you may close this page.",
    folder: "Folder",
    root: "My files",
    add: "Fetch",
    queued: "In progress",
    none: "No remote upload is in progress.",
    count: plural("en", { one: "{n} URL is in progress.", other: "{n} URLs are in progress." }),
    ended: "Finished",
    cut: plural("en", { one: "Only the last one is shown.", other: "Only the last {n} are shown." }),
    older: "Older remote uploads",
    address: "URL",
    result: "Result",
    message: "Message",
    states: { waiting: "waiting", running: "running", done: "done", failed: "failed", cancelled: "cancelled" },
    of: (received: string, total: string) => `${received} of ${total}`,
    unknownOf: (received: string) => `${received}; total size unknown`,
    again: (time: string) => `Next attempt: ${time}`,
    fetched: fetchEnglish,
    refresh: "Refresh",
    cancel: "Cancel",
    retry: "Try again",
    anew: "To fetch it again, enter the URL with its name and password.",
    added: plural("en", { one: "{n} remote upload was queued.", other: "{n} remote uploads were queued." }),
    done: {
      add: "The URLs were queued.",
      cancel: "The remote upload will stop within seconds.",
      retry: "The remote upload was queued again.",
      importCancel: "The import will stop within seconds.",
      importRetry: "The import continues.",
    },
    notAnAddress: (line: number) => `Line ${line} is not an http, https or ftp URL. Nothing was queued.`,
    accountLink: (line: number) =>
      `Line ${line} is a link of 1fichier.com, which needs an API key of an account there: use \`consigne remote add --links-of PROFILE\`. Nothing was queued.`,
    tooMany: (most: number) => `Enter up to ${most} URLs at once. Nothing was queued.`,
    // Programs know a refusal by the words "can not" of 1fichier.com.
    failures: {
      address: "One of the URLs can not be fetched, or there is nothing to fetch. Nothing was queued.",
      folder: "The files can not be stored there: there is no such folder. Nothing was queued.",
      full: "More can not be queued: too many transfers of this account are already in progress. Nothing was queued.",
      retry:
        "This can not be fetched again: it is in progress or done, or needs a name and password, which are no longer stored. Enter the whole URL again.",
      importRetry:
        "This import can not continue: it is in progress, nothing in it can be tried again, or the key of its source is missing.",
      gone: "This can not be done: there is no such remote upload.",
    },
  },
};

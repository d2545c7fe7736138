import { plural } from "../plural.ts";

/** Short answers of the console to programs. They look for the English ones, word for word (contract: `console/*.pl`). */
export const consoleEnglish = {
  folderCreated: "Folder created successfully",
  folderExists: "Another folder has this name. Nothing was changed.",
  invalidName: "Invalid name. Nothing was changed.",
  tooDeep: "Invalid folder: there may be no folder at this depth. Nothing was changed.",
  full: "There is no room for more in this account. Nothing was changed.",
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
  sameName: "The file is called that anyway. Nothing was changed.",
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
    accesses: "Accesses, which are not counted here",
  },
  remote: {
    title: "Remote uploads",
    none: "No remote upload is under way.",
    why: "This server can not fetch files from other sites. Download them, and upload them here.",
  },
};

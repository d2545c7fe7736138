import { html, type PageEndpoint } from "../page-endpoint.ts";

export const consoleFiles: PageEndpoint = {
  operation: "console.files",
  path: "/console/files.pl",
  alsoAt: ["/{language}/console/files.pl"],
  methods: ["GET", "HEAD", "POST"],
  identification: "session",
  summary: "Files and folders",
  description:
    "For people, without scripts: the folders and the newest files of a folder with their links, an upload form, " +
    "new folders, removal with confirmation, the trash with its restore forms, and for each file a page to rename " +
    "it, move it and set the password of its link. `dir_id` is what clients of 1fichier.com call the folder. " +
    "Programs find the same entries in `ul#sable`, which browsers do not show.",
  parameters: [
    { name: "lg", in: "query", description: "Language of the page, such as `en`." },
    { name: "dir_id", in: "query", description: "Id of the folder; the root without it or with 0." },
    { name: "done", in: "query", description: "What has just been done." },
    { name: "remove", in: "query", description: "Id of a file: asks whether to remove it." },
    { name: "rmdir", in: "query", description: "Id of a folder: asks whether to remove it." },
    { name: "trash", in: "query", description: "1: shows the trash." },
    { name: "before", in: "query", description: "For the trash: where the next page begins." },
    { name: "edit", in: "query", description: "Id of a file: shows the forms that change it." },
    { name: "token", in: "form", description: "As in the form.", isRequired: true },
    {
      name: "do",
      in: "form",
      description: "`mkdir`, `rmdir`, `remove`, `restore`, `rename`, `move`, `password` or `no-password`.",
      isRequired: true,
    },
    { name: "dir_id", in: "form", description: "The folder shown." },
    { name: "name", in: "form", description: "Of a new folder, or the new one of a file." },
    {
      name: "id",
      in: "form",
      description: "Id of the file or folder to remove, of the file to change, or of the trash entry to restore.",
    },
    { name: "to", in: "form", description: "Id of the folder to move the file to; 0 or empty: the root." },
    { name: "pass", in: "form", description: "The new password of the link." },
  ],
  answers: [
    { status: 200, contentType: html, description: "The page." },
    { status: 303, description: "To `/login.pl`, or to the page after a change." },
    { status: 400, contentType: html, description: "The page, with what was wrong; nothing was changed." },
    {
      status: 403,
      contentType: html,
      description: "The form was sent by a page of another site, or belongs to another session; it was ignored.",
    },
    { status: 404, contentType: html, description: "There is no such folder, or no such file." },
  ],
  availability: "implemented",
};

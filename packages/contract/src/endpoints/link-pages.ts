import { html, json, type PageEndpoint, plain } from "../page-endpoint.ts";

export const filePage: PageEndpoint = {
  operation: "file.page",
  path: "/",
  alsoAt: ["/{language}/"],
  methods: ["GET", "HEAD", "POST"],
  identification: "optional",
  summary: "Link page of a file, `/?ID`",
  description:
    "A caller who may download at once is redirected to the bytes; others see a page whose form leads there. GET " +
    "without an id is the home page, with a form `files` for uploads, if guests may upload. Errors are JSON for " +
    "callers that ask for it with `Accept`.",
  parameters: [
    {
      name: "ID",
      in: "query",
      description: "The bare id directly after `/?`, without this name and `=`; other parameters follow.",
      isRequired: true,
    },
    { name: "inline", in: "query", description: "1: show in the browser instead of saving." },
    { name: "auth", in: "query", description: "1: ask for e-mail address and password (Basic) if none were sent." },
    { name: "e", in: "query", description: "1: one line of text, for programs." },
    {
      name: "dl",
      in: "query",
      description: "1: straight to the bytes for everybody who may have them, as for `curl -fOJL`. This server only.",
    },
    {
      name: "page",
      in: "query",
      description: "1: the page, also for customers, who are otherwise redirected to the bytes. This server only.",
    },
    {
      name: "lg",
      in: "query",
      description: "Language of the page, `en` or `fr`; also as a field of the form. Remembered in the cookie `LG`.",
    },
    { name: "pass", in: "form", description: "Password of the link." },
    {
      name: "save",
      in: "form",
      description: "Save a copy to the account that is signed in, and download nothing.",
    },
    {
      name: "did",
      in: "form",
      description: "With `save`: the folder for the copy, 0 for the root. Otherwise ignored.",
    },
    {
      name: "token",
      in: "form",
      description:
        "With `save`: as in the form. Not needed for requests without `Origin` and `Sec-Fetch-Site`, as programs send them.",
    },
    { name: "dl_no_ssl", in: "form", description: "Accepted, without effect." },
    {
      name: "dlinline",
      in: "form",
      description: "Show in the browser instead of saving, if the type and the origin of the direct links allow it.",
    },
  ],
  answers: [
    {
      status: 200,
      contentType: html,
      description:
        "The page, or the page with the direct link; or why a free download may not start yet, with `Retry-After`.",
    },
    {
      status: 200,
      contentType: plain,
      description: "`e=1`, for a customer: direct link, name and bytes, separated by semicolons.",
    },
    { status: 302, description: "To the direct link." },
    {
      status: 303,
      description:
        "To this page: the form was posted by a page of another site, and was ignored. With `save`: to the folder " +
        "with the copy, or to `/login.pl`.",
    },
    { status: 401, contentType: html, description: "`auth=1` without credentials." },
    {
      status: 403,
      contentType: html,
      description: "The owner does not allow this caller; with `dl=1`, a password is needed.",
    },
    { status: 403, contentType: json, description: "The same for programs, and flood control." },
    { status: 404, contentType: html, description: "No such file, or no link at all." },
    {
      status: 404,
      contentType: json,
      description: "For programs; also a call that was meant for a URL under `/v1`.",
    },
    {
      status: 410,
      contentType: html,
      description: "For its owner: the operator has blocked this content. Others get a 404.",
    },
    { status: 410, contentType: json, description: "The same for programs." },
    {
      status: 503,
      contentType: html,
      description:
        "The file is still being uploaded, with `Retry-After`; or its stored data is damaged; with `dl=1`, a free download may not start yet.",
    },
    { status: 503, contentType: json, description: "The same for programs." },
  ],
  availability: "implemented",
};

export const qrCode: PageEndpoint = {
  operation: "file.qr",
  path: "/qr.pl",
  methods: ["GET", "HEAD"],
  identification: "none",
  summary: "QR code of a link",
  description: "An SVG image of the page's URL, made from the id alone: the file or folder need not exist.",
  parameters: [
    { name: "ID", in: "query", description: "The bare id directly after `?`.", isRequired: true },
    { name: "dir", in: "query", description: "1: the public page of a folder, `/dir/ID`." },
  ],
  answers: [
    { status: 200, contentType: "image/svg+xml", description: "The picture." },
    { status: 404, contentType: json, description: "No id." },
  ],
  availability: "implemented",
};

export const directoryPage: PageEndpoint = {
  operation: "directory",
  path: "/dir/{id}",
  alsoAt: ["/{language}/dir/{id}"],
  methods: ["GET", "HEAD", "POST"],
  identification: "none",
  summary: "Public page of a folder",
  description:
    "Lists the files and, on the page, the sub-folders that have a public page of their own; by an additional link " +
    "all sub-folders, except those whose own page asks for a password. A protected folder answers with a form until " +
    "the password is sent by POST. A browser that sent the right one with that form gets the cookie `opened` and is " +
    "redirected to the page; the cookie opens it for an hour, or until the password changes. Programs get the page " +
    "itself.",
  parameters: [
    { name: "id", in: "path", description: "Id of the public page.", isRequired: true },
    { name: "json", in: "query", description: "1: JSON array; 2: the same, indented. Also as a field of the body." },
    { name: "e", in: "query", description: "1: lines of text. Also as a field of the body." },
    {
      name: "zip",
      in: "query",
      description: "1: everything as a zip archive. Also as a field of the body. This server only.",
    },
    {
      name: "folder",
      in: "query",
      description:
        "By an additional link: id of a folder below, in place of the link's own. Also as a field of the body. This server only.",
    },
    {
      name: "folders",
      in: "query",
      description:
        "1, with `json` or `e`: the sub-folders instead of the files, the first 500 by name, each with `link`, `name` and `folder_id`, or as `link;name`. Also as a field of the body. This server only.",
    },
    { name: "pass", in: "form", description: "Password of the page." },
    { name: "same", in: "form", description: "The same, as the page itself sends it on to another folder." },
  ],
  answers: [
    { status: 200, contentType: html, description: "The page." },
    { status: 200, contentType: json, schema: "FolderDirJson", description: "Array of files." },
    {
      status: 200,
      contentType: plain,
      description: "`e=1`: link, name and bytes of each file, separated by semicolons.",
    },
    { status: 302, description: "`zip=1`: to the URL of the archive." },
    {
      status: 303,
      description:
        "To this page: a browser posted the right password; or the form was posted by a page of another site, and was ignored.",
    },
    { status: 403, contentType: html, description: "Wrong password; with `zip=1`, a password is needed." },
    { status: 403, contentType: json, description: "A page of another site made the request, other than by a link." },
    { status: 403, contentType: json, description: "`e=1`, or `Accept` names JSON: no password, or a wrong one." },
    { status: 404, contentType: html, description: "No such folder." },
    { status: 404, contentType: json, description: "`Accept` names JSON." },
    { status: 404, contentType: plain, description: "`e=1`: `bad`." },
    { status: 503, contentType: html, description: "`zip=1`: a free download may not start yet." },
    { status: 503, contentType: json, description: "The same for programs." },
  ],
  availability: "implemented",
};

export const removalPage: PageEndpoint = {
  operation: "file.removal",
  path: "/remove/{id}/{code}",
  alsoAt: ["/{language}/remove/{id}/{code}"],
  methods: ["GET", "HEAD", "POST"],
  identification: "none",
  summary: "Remove a file by its removal code",
  description:
    "GET asks for confirmation, POST with `force=1` removes. Counts as a call, and a wrong pair as a refusal.",
  parameters: [
    { name: "id", in: "path", description: "Id of the file.", isRequired: true },
    { name: "code", in: "path", description: "Removal code.", isRequired: true },
    { name: "force", in: "form", description: "1: remove." },
    { name: "force", in: "multipart", description: "The same." },
  ],
  answers: [
    { status: 200, contentType: html, description: "The question, or that the file was removed." },
    { status: 303, description: "To this page: the form was posted by a page of another site, and was ignored." },
    { status: 404, contentType: html, description: "No such file, or another code." },
    { status: 404, contentType: json, description: "The same where `Accept` names JSON." },
  ],
  availability: "implemented",
};

export const networkPage: PageEndpoint = {
  operation: "network",
  path: "/network.html",
  methods: ["GET", "HEAD"],
  identification: "none",
  summary: "Whether the caller's network may be used",
  description: "Every network may. JDownloader reads this page first.",
  parameters: [],
  answers: [{ status: 200, contentType: html, description: "The page." }],
  availability: "implemented",
};

export const checkLinks: PageEndpoint = {
  operation: "links.check",
  path: "/check_links.pl",
  methods: ["POST"],
  identification: "none",
  summary: "Check many links",
  description:
    "One line for each, in the same order: `URL;NAME;BYTES`, `URL;;;NOT FOUND`, `URL;;;BAD LINK`, or " +
    "`URL;;;PRIVATE` if a password or the owner restricts it. Semicolons in names are replaced by underscores. " +
    "Counts as one call.",
  parameters: [
    { name: "links[]", in: "form", description: "A link, repeated up to 200 times.", isRequired: true },
    { name: "links[]", in: "multipart", description: "The same." },
  ],
  answers: [
    { status: 200, contentType: plain, description: "The lines." },
    { status: 400, contentType: json, description: "No link, or too many." },
    { status: 403, contentType: plain, description: "`IP Locked`: the address is locked out for a while." },
    { status: 403, contentType: json, description: "The same where `Accept` names JSON." },
  ],
  availability: "implemented",
};

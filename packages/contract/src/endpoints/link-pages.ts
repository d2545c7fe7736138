import { html, json, type PageEndpoint, plain } from "../page-endpoint.ts";

export const filePage: PageEndpoint = {
  operation: "file.page",
  path: "/",
  alsoAt: ["/{language}/"],
  methods: ["GET", "HEAD", "POST"],
  identification: "optional",
  summary: "Link page of a file, `/?ID`",
  description:
    "A caller who may fetch at once is sent to the bytes; others see a page whose form leads there. GET without an id is " +
    "the home page, with a form `files` that uploads where guests may. Refusals are JSON for who asks for it by `Accept`.",
  parameters: [
    {
      name: "ID",
      in: "query",
      description: "The bare id directly after `/?`, without this name and a `=`; pairs follow.",
      isRequired: true,
    },
    { name: "inline", in: "query", description: "1: show in the browser instead of saving." },
    { name: "auth", in: "query", description: "1: ask for mail and password (Basic) where none came along." },
    { name: "e", in: "query", description: "1: a line of text for programs." },
    {
      name: "dl",
      in: "query",
      description:
        "1: straight to the bytes for everybody who may have them, as for `curl -fOJL`. Of this server alone.",
    },
    {
      name: "page",
      in: "query",
      description: "1: the page, also for customers, whom the link by itself sends to the bytes. Of this server alone.",
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
      description: "Save a copy in the account of whoever is signed in, and download nothing.",
    },
    {
      name: "did",
      in: "form",
      description: "With `save`: the folder for the copy, 0 for the root. Else without effect.",
    },
    {
      name: "token",
      in: "form",
      description: "With `save`: as in the form. Programs, which tell of no page, need none.",
    },
    { name: "dl_no_ssl", in: "form", description: "Accepted, without effect." },
    {
      name: "dlinline",
      in: "form",
      description: "Show in the browser instead of saving, where the type and the origin of the direct links allow it.",
    },
  ],
  answers: [
    {
      status: 200,
      contentType: html,
      description:
        "The page, or the page with the direct address; or why a free download may not begin yet, with `Retry-After`.",
    },
    {
      status: 200,
      contentType: plain,
      description: "`e=1`, for a customer: direct address, name and bytes, by semicolons.",
    },
    { status: 302, description: "To the direct address." },
    {
      status: 303,
      description:
        "To this page: the form was posted by a page of another site, and not looked at. With `save`: to the folder with " +
        "the copy, or to `/login.pl`.",
    },
    { status: 401, contentType: html, description: "`auth=1` without credentials." },
    {
      status: 403,
      contentType: html,
      description: "The owner does not admit this caller; with `dl=1`, a password is needed.",
    },
    { status: 403, contentType: json, description: "The same for programs, and flood control." },
    { status: 404, contentType: html, description: "No such file, or no link at all." },
    {
      status: 404,
      contentType: json,
      description: "For programs; also a call that was meant for an address below `/v1`.",
    },
    {
      status: 410,
      contentType: html,
      description: "For its owner: the operator has blocked this content. Others are told 404.",
    },
    { status: 410, contentType: json, description: "The same for programs." },
    {
      status: 503,
      contentType: html,
      description:
        "The file is still being uploaded, with `Retry-After`; or its stored bytes are damaged; with `dl=1`, a free download may not begin yet.",
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
  description:
    "An SVG picture of the address of the page, made from the id alone: there need not be such a file or folder.",
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
    "Files, and on the page the sub-folders that have an open page of their own; by an additional link all sub-folders, but for those whose own page asks for a password. A protected folder answers with a form until the password comes by POST.",
  parameters: [
    { name: "id", in: "path", description: "Id of the public page.", isRequired: true },
    { name: "json", in: "query", description: "1: JSON array; 2: the same, indented. Also as a field of the body." },
    { name: "e", in: "query", description: "1: lines of text. Also as a field of the body." },
    {
      name: "zip",
      in: "query",
      description: "1: all of it as a zip archive. Also as a field of the body. Of this server alone.",
    },
    {
      name: "folder",
      in: "query",
      description:
        "By an additional link: id of a folder below, in place of its own. Also as a field of the body. Of this server alone.",
    },
    {
      name: "folders",
      in: "query",
      description:
        "1, with `json` or `e`: the sub-folders in place of the files, the first 500 by name, each with `link`, `name` and `folder_id`, or as `link;name`. Also as a field of the body. Of this server alone.",
    },
    { name: "pass", in: "form", description: "Password of the page." },
    { name: "same", in: "form", description: "The same, as the page itself sends it on to another folder." },
  ],
  answers: [
    { status: 200, contentType: html, description: "The page." },
    { status: 200, contentType: json, schema: "FolderDirJson", description: "Array of files." },
    { status: 200, contentType: plain, description: "`e=1`: link, name and bytes of each file, by semicolons." },
    { status: 302, description: "`zip=1`: to the address of the archive." },
    { status: 303, description: "To this page: the form was posted by a page of another site, and not looked at." },
    { status: 403, contentType: html, description: "Wrong password; with `zip=1`, a password is needed." },
    { status: 403, contentType: json, description: "A page of another site asked, other than by a link." },
    { status: 403, contentType: json, description: "`e=1`, or `Accept` names JSON: no password, or a wrong one." },
    { status: 404, contentType: html, description: "No such folder." },
    { status: 404, contentType: json, description: "`Accept` names JSON." },
    { status: 404, contentType: plain, description: "`e=1`: `bad`." },
    { status: 503, contentType: html, description: "`zip=1`: a free download may not begin yet." },
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
  description: "GET asks, POST with `force=1` removes. Counted as a call, and a wrong pair as a refusal.",
  parameters: [
    { name: "id", in: "path", description: "Id of the file.", isRequired: true },
    { name: "code", in: "path", description: "Removal code.", isRequired: true },
    { name: "force", in: "form", description: "1: remove." },
    { name: "force", in: "multipart", description: "The same." },
  ],
  answers: [
    { status: 200, contentType: html, description: "The question, or that it is done." },
    { status: 303, description: "To this page: the form was posted by a page of another site, and not looked at." },
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
    "One line for each, in their order: `URL;NAME;BYTES`, `URL;;;NOT FOUND`, `URL;;;BAD LINK` or, where a password or the " +
    "owner keeps it, `URL;;;PRIVATE`. No semicolon is in a name: an underscore takes its place. Counted as one call.",
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

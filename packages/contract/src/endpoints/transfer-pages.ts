import { anyType, html, json, type PageAnswer, type PageEndpoint, plain } from "../page-endpoint.ts";

/** How callers choose the format of a report. */
const formParameters = [
  {
    name: "JSON",
    in: "header",
    description: "1: JSON; 2: indented JSON. In any letter case, as a header or in the query.",
  },
  { name: "EXPORT", in: "header", description: "1: CSV. In any letter case, as a header or in the query." },
  { name: "Accept", in: "header", description: "`application/json` without `text/html`: JSON." },
] as const;

/** A page for people, JSON for callers that ask for it. */
const refusal = (status: number, description: string): PageAnswer[] => [
  { status, contentType: html, description },
  { status, contentType: json, description: "The same as JSON." },
];

export const uploadCgi: PageEndpoint = {
  operation: "upload",
  path: "/upload.cgi",
  alsoAt: ["/v1/upload.cgi"],
  methods: ["POST"],
  identification: "optional",
  summary: "Upload files",
  description:
    "Fields may come before or after the files. Only what follows the last slash of a file name is used. The files " +
    "are durable and listed before the answer is sent. The target of the redirect has no host. The report and every " +
    "error are JSON for a script (a caller that sends a key as a parameter or no `id`) unless its `Accept` names " +
    "pages; others get a page unless they ask for JSON.",
  parameters: [
    { name: "id", in: "query", description: "Id from `upload/get_upload_server`; without one the server creates it." },
    {
      name: "file[]",
      in: "multipart",
      description: "A file, 1 to 500 times; the name is in `filename`.",
      isRequired: true,
    },
    { name: "did", in: "multipart", description: "Folder of the caller's account; empty or unknown is the root." },
    {
      name: "only_did",
      in: "multipart",
      description: "1: nothing is stored if the folder in `did` does not exist. This server only.",
    },
    { name: "domain", in: "multipart", description: "Number of a link domain, 0 to 10." },
    { name: "dpass", in: "multipart", description: "Password for the links; empty is none." },
    { name: "mail", in: "multipart", description: "Accepted and ignored: this server sends no e-mail about uploads." },
    { name: "mails", in: "multipart", description: "Accepted and ignored." },
    { name: "message", in: "multipart", description: "Accepted and ignored." },
    {
      name: "user",
      in: "multipart",
      description:
        "With `pass`, the account that uploads. Without, accepted and ignored: accounts have no incoming folder here.",
    },
    { name: "pass", in: "multipart", description: "Password of the account in `user`." },
    {
      name: "lg",
      in: "multipart",
      description:
        "Language of the report, `en` or `fr`, and of errors if it comes before the first file. This server only.",
    },
    ...formParameters,
  ],
  answers: [
    { status: 302, contentType: html, description: "Done; `Location: /end.pl?xid=ID`." },
    ...refusal(400, "An error of the sender, described in the first `div` of class `bloc2`."),
    ...refusal(403, "Not identified, or not allowed to upload."),
    ...refusal(404, "`only_did=1`: the folder does not exist."),
    ...refusal(409, "The id is in use, or the account is full."),
    ...refusal(413, "A file, or the upload, is larger than allowed."),
    ...refusal(500, "An error of the server; the upload may be sent again."),
    ...refusal(503, "Busy, or the storage is not responding; the upload may be sent again."),
    ...refusal(507, "The server is out of space."),
  ],
  availability: "implemented",
};

export const endPl: PageEndpoint = {
  operation: "upload.report",
  path: "/end.pl",
  alsoAt: ["/v1/end.pl", "/{language}/end.pl"],
  methods: ["GET", "HEAD", "POST"],
  identification: "none",
  summary: "Read the report of an upload",
  description:
    "May be read any number of times. In JSON, `size` is text and `incoming` a number. A CSV line has name, bytes, " +
    "id, removal code, number of the domain and the incoming flag.",
  parameters: [{ name: "xid", in: "query", description: "Id of the upload.", isRequired: true }, ...formParameters],
  answers: [
    { status: 200, contentType: html, description: "A page with the links." },
    { status: 200, contentType: json, schema: "UploadReportJson", description: "The report as JSON." },
    { status: 200, contentType: plain, description: "The report as CSV." },
    ...refusal(404, "No such upload."),
  ],
  availability: "implemented",
};

export const direct: PageEndpoint = {
  operation: "direct",
  path: "/p{token}",
  methods: ["GET", "HEAD"],
  identification: "none",
  isOpenInBans: true,
  summary: "Download a file",
  description:
    "The token alone grants access; a key that is sent is ignored. Ranges are supported, unless the operator " +
    "disables them for free downloads; a HEAD request does not use up the token. An error is a page for callers " +
    "that name pages in `Accept`, as browsers do, and JSON for others.",
  parameters: [
    {
      name: "token",
      in: "path",
      description: "From `download/get_token` or a link page.",
      isRequired: true,
      pattern: "[A-Za-z0-9]{10,}",
    },
    { name: "Range", in: "header", description: "One range of bytes." },
  ],
  answers: [
    { status: 200, contentType: anyType, description: "The whole file, in its own media type." },
    { status: 206, contentType: anyType, description: "The range." },
    { status: 304, description: "The caller already has these bytes (`If-None-Match`, `If-Modified-Since`)." },
    ...refusal(403, "Bound to another address."),
    ...refusal(404, "No such token."),
    ...refusal(410, "The token has expired, or the operator has blocked this file of the caller's."),
    { status: 416, description: "The range has no byte of the file." },
    ...refusal(
      503,
      "The token is in use, another download has to end first, the next one may not start yet, or the stored data " +
        "is damaged.",
    ),
  ],
  availability: "implemented",
};

export const thumbnail: PageEndpoint = {
  operation: "thumbnail",
  path: "/t{token}",
  methods: ["GET", "HEAD"],
  identification: "none",
  summary: "Fetch the thumbnail of a picture",
  description:
    "At most 320 pixels on its longer side, the right way up, without the metadata of the picture. The token alone " +
    "grants access, as long as the key or session that it was issued to may download the file. A thumbnail is made " +
    "when it is first requested: until then the answer is 202, and the request has to be repeated a little later. " +
    "There is none for files over 64 MiB, for pictures of more than 210 million pixels, and for those that cannot " +
    "be decoded.",
  parameters: [
    {
      name: "token",
      in: "path",
      description: "From `thumbnail` of an entry, in `/x/v1/folder/list` for example.",
      isRequired: true,
      pattern: "[A-Za-z0-9_-]{40,}",
    },
  ],
  answers: [
    { status: 200, contentType: "image/webp", description: "The thumbnail." },
    { status: 202, description: "It is being made; ask again after `Retry-After`." },
    { status: 304, description: "The caller already has it (`If-None-Match`)." },
    ...refusal(403, "The key or account may no longer be used, or not from this address."),
    ...refusal(404, "No such token, or there is no thumbnail of this file."),
    ...refusal(410, "The token has expired, or the operator has blocked this file of the caller's."),
  ],
  availability: "implemented",
};

export const archive: PageEndpoint = {
  operation: "archive",
  path: "/z{token}",
  methods: ["GET", "HEAD"],
  identification: "none",
  isOpenInBans: true,
  summary: "Fetch a folder as a zip archive",
  description:
    "Created while it is sent, without compression: its length is not known in advance, and ranges are not " +
    "supported. Each file is checked when its turn comes: those that cannot be read are listed in " +
    "`NOT-INCLUDED.txt` in the archive. `CHECKSUMS` in it has the Whirlpool checksums of all files. An archive that " +
    "ends early cannot be opened.",
  parameters: [
    {
      name: "token",
      in: "path",
      description: "From `/x/v1/folder/zip`, or the page of a shared folder.",
      isRequired: true,
      pattern: "[A-Za-z0-9]{10,}",
    },
  ],
  answers: [
    { status: 200, contentType: "application/zip", description: "The archive." },
    ...refusal(403, "Bound to another address."),
    ...refusal(404, "No such token, or the folder is no longer shared as it was."),
    ...refusal(410, "The token has expired."),
    ...refusal(503, "Too many archives are being made, or another download has to end first."),
  ],
  availability: "implemented",
};

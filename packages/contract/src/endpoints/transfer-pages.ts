import { anyType, html, json, type PageAnswer, type PageEndpoint, plain } from "../page-endpoint.ts";

/** How the form of a report is asked for. */
const formParameters = [
  { name: "JSON", in: "header", description: "1: JSON; 2: indented. Any letter case, header or query." },
  { name: "EXPORT", in: "header", description: "1: CSV. Any letter case, header or query." },
  { name: "Accept", in: "header", description: "`application/json` without `text/html`: JSON." },
] as const;

/** A page for people, JSON for who asks for it. */
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
    "Fields may stand before or after the files. Of a file name only what follows the last slash counts. The files are " +
    "durable and listed before the answer is sent. The target of the redirect has no host of its own. The report and " +
    "every refusal are JSON for a script, which is whoever shows a key among the parameters or sends no `id`, unless " +
    "its `Accept` names pages; others get a page unless they ask for JSON.",
  parameters: [
    { name: "id", in: "query", description: "Id from `upload/get_upload_server`; without one the server makes it." },
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
      description: "With 1, nothing is stored when the folder in `did` is not there. Of this server alone.",
    },
    { name: "domain", in: "multipart", description: "Number of a link domain, 0 to 10." },
    { name: "dpass", in: "multipart", description: "Password for the links; empty is none." },
    { name: "mail", in: "multipart", description: "Accepted, without effect: this server sends no mail." },
    { name: "mails", in: "multipart", description: "Accepted, without effect." },
    { name: "message", in: "multipart", description: "Accepted, without effect." },
    {
      name: "user",
      in: "multipart",
      description: "With `pass`, who uploads. Without, accepted without effect: accounts have no incoming folder here.",
    },
    { name: "pass", in: "multipart", description: "Password of the account in `user`." },
    {
      name: "lg",
      in: "multipart",
      description:
        "Language of the report, `en` or `fr`, and of a refusal where it stands before the first file. Of this server alone.",
    },
    ...formParameters,
  ],
  answers: [
    { status: 302, contentType: html, description: "Done; `Location: /end.pl?xid=ID`." },
    ...refusal(400, "A mistake of the sender, told in the first `div` of class `bloc2`."),
    ...refusal(403, "Not identified, or not allowed to upload."),
    ...refusal(404, "`only_did=1`: the folder is not there."),
    ...refusal(409, "The id is in use, or the account is full."),
    ...refusal(413, "A file, or the upload, is larger than allowed."),
    ...refusal(500, "A fault of the server; the upload may be sent again."),
    ...refusal(503, "Busy, or the storage does not answer; the upload may be sent again."),
    ...refusal(507, "The server has no room left."),
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
    "May be read any number of times. In JSON `size` is text and `incoming` a number. A CSV line holds name, bytes, id, " +
    "removal code, number of the domain and the incoming flag.",
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
  summary: "Fetch the bytes of a file",
  description:
    "The token alone admits; a key that is sent is ignored. Ranges are honoured, unless the operator denies them to free " +
    "downloads; a HEAD request does not use the token up. A refusal is a page for whoever names pages in `Accept`, as browsers do, and JSON for others.",
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
    { status: 304, description: "The caller has these bytes (`If-None-Match`, `If-Modified-Since`)." },
    ...refusal(403, "Bound to another address."),
    ...refusal(404, "No such token."),
    ...refusal(410, "The token has ended, or the operator has blocked this file of the caller's."),
    { status: 416, description: "No byte of the file lies in the range." },
    ...refusal(
      503,
      "The token is in use, another download has to end first, the time for the next one has not come, or the stored " +
        "bytes are damaged.",
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
    "At most 320 points on its longer side, the right way up, without the metadata of the picture. The token alone admits, as long " +
    "as the key or session that it was told to may fetch the file. A thumbnail is made when it is first asked for: until then " +
    "the answer is 202, and the question is to be repeated a little later. There is none of files over 64 MiB, of pictures of " +
    "more than 210 million points, and of those that cannot be decoded.",
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
    { status: 304, description: "The caller has it (`If-None-Match`)." },
    ...refusal(403, "The key or account may no longer be used, or not from this address."),
    ...refusal(404, "No such token, or there is no thumbnail of this file."),
    ...refusal(410, "The token has ended, or the operator has blocked this file of the caller's."),
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
    "Made while it is sent, without compression: its length is not told before, and parts cannot be asked for. Each file is " +
    "checked when its bytes are to be sent: those that cannot be had are named in `NOT-INCLUDED.txt` in the archive. " +
    "`CHECKSUMS` in it has the Whirlpool checksums of all files. An archive that ends early cannot be opened.",
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
    ...refusal(410, "The token has ended."),
    ...refusal(503, "Too many archives are being made, or another download has to end first."),
  ],
  availability: "implemented",
};

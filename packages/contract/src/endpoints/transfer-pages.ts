import { html, json, type PageEndpoint, plain } from "../page-endpoint.ts";

/** How the form of a report is asked for. */
const formParameters = [
  { name: "JSON", in: "header", description: "1: JSON; 2: indented. Any letter case, header or query." },
  { name: "EXPORT", in: "header", description: "1: CSV. Any letter case, header or query." },
  { name: "Accept", in: "header", description: "`application/json` without `text/html`: JSON." },
] as const;

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
    { name: "mail", in: "multipart", description: "Address that is told about the upload." },
    { name: "mails", in: "multipart", description: "Up to 20 addresses, one a line." },
    { name: "message", in: "multipart", description: "Up to 2,000 characters for those addresses." },
    {
      name: "user",
      in: "multipart",
      description: "With `pass`, who uploads; without, whose incoming folder it is for.",
    },
    { name: "pass", in: "multipart", description: "Password of the account in `user`." },
    ...formParameters,
  ],
  answers: [
    { status: 302, contentType: html, description: "Done; `Location: /end.pl?xid=ID`." },
    {
      status: 400,
      contentType: html,
      description: "A mistake of the sender, told in the first `div` of class `bloc2`; also 403, 409, 413.",
    },
    {
      status: 503,
      contentType: html,
      description: "A fault of the server; the upload may be sent again. Also 500, 507.",
    },
  ],
  availability: "implemented",
};

export const endPl: PageEndpoint = {
  operation: "upload.report",
  path: "/end.pl",
  alsoAt: ["/v1/end.pl"],
  methods: ["GET", "POST"],
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
    { status: 404, contentType: html, description: "No such upload; in the form that was asked for." },
  ],
  availability: "implemented",
};

export const direct: PageEndpoint = {
  operation: "direct",
  path: "/p{token}",
  methods: ["GET", "HEAD"],
  identification: "none",
  summary: "Fetch the bytes of a file",
  description:
    "The token alone admits; a key that is sent is ignored. Ranges are honoured, a HEAD request does not use the token up.",
  parameters: [
    { name: "token", in: "path", description: "From `download/get_token` or a link page.", isRequired: true },
    { name: "Range", in: "header", description: "One range of bytes." },
  ],
  answers: [
    { status: 200, contentType: "application/octet-stream", description: "The whole file, in its own media type." },
    { status: 206, contentType: "application/octet-stream", description: "The range." },
    { status: 403, contentType: json, description: "Bound to another address." },
    { status: 404, contentType: json, description: "No such token." },
    { status: 410, contentType: json, description: "The token has ended." },
    { status: 416, description: "No byte of the file lies in the range." },
    { status: 503, contentType: json, description: "The token is in use, or another download has to end first." },
  ],
  availability: "implemented",
};

import { json, type PageAnswer, type PageEndpoint, type PageParameter } from "../page-endpoint.ts";

export const TUS_VERSION = "1.0.0";
/** Protocol extensions that are supported here, in the form of `Tus-Extension`. */
export const TUS_EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination";
/** Algorithms for `Upload-Checksum`; the protocol requires SHA-1. */
export const TUS_CHECKSUMS = "sha1,sha256";
/** Content type of a request whose body is bytes of the file. */
export const TUS_BODY_TYPE = "application/offset+octet-stream";
/** Header with the link of the file, which is valid before the upload is complete. */
export const TUS_LINK_HEADER = "Consigne-Link";
/** Most characters of `Upload-Metadata`. */
export const MOST_TUS_METADATA = 4096;

const OURS = "Not part of the 1fichier.com API: `/x/v1/about` lists the extension `tus`.";

const refusal = (status: number, description: string): PageAnswer => ({ status, contentType: json, description });

/** Errors that both URLs have in common. */
const refusals = [
  refusal(403, "Not identified, or not allowed to upload."),
  refusal(412, "`Tus-Resumable` is not 1.0.0; `Tus-Version` says which version is spoken here."),
  refusal(415, "The body is not `application/offset+octet-stream`."),
  refusal(460, "The bytes do not match `Upload-Checksum`; they were not kept."),
  refusal(
    503,
    "Busy, interrupted, or the storage is not responding. What was received is kept: ask for the offset and resume.",
  ),
  refusal(507, "The server is out of space."),
];

const header = (name: string, description: string, isRequired = false): PageParameter => ({
  name,
  in: "header",
  description,
  isRequired,
});

const version = header("Tus-Resumable", "`1.0.0`, except with OPTIONS.");
const checksum = header(
  "Upload-Checksum",
  "`sha256 BASE64` or `sha1 BASE64`, of the body. Nothing is kept of a body with another checksum, nor of one that " +
    "is interrupted; it has at most 1 GiB.",
);

export const tus: PageEndpoint = {
  operation: "tus",
  path: "/x/v1/tus",
  methods: ["POST", "OPTIONS"],
  identification: "key",
  summary: "Start an upload by tus",
  description:
    "The protocol [tus 1.0.0](https://tus.io/protocols/resumable-upload) with creation, creation-with-upload, " +
    "expiration, checksum and termination; `OPTIONS` reports this. `Location` in the answer is where to send the " +
    "bytes. Name, folder, quota and free space are checked now and again at the end, and the length counts towards " +
    "the quota from now on. The body may contain the first bytes; if that is refused or interrupted, nothing is " +
    "kept. An upload that received nothing is removed after a day, any other 7 days after its last bytes: see " +
    "`Upload-Expires`. It counts as one of the uploads in parts, and `uploads/list` and `uploads/abort` include it. " +
    `Deferred lengths and concatenation are not supported. ${OURS}`,
  parameters: [
    version,
    header("Upload-Length", "Bytes of the whole file; with POST.", true),
    header(
      "Upload-Metadata",
      "In the protocol's form, at most 4,096 characters. `filename` or `name`, which is required; `filetype` or " +
        "`type`, its media type; `folder_id` or `path`, the target folder; `domain`, number of a link domain; `pass`, " +
        "a password for the link; `link`, 0 for no link before the upload is complete. Other keys are kept and " +
        "returned.",
      true,
    ),
    checksum,
  ],
  answers: [
    {
      status: 201,
      description:
        "It is created; `Upload-Offset` says what was received with it, and `Consigne-Link` is the link of the file. An empty file is complete at once.",
    },
    { status: 204, description: "To OPTIONS: version, extensions, largest file, checksum algorithms." },
    refusal(400, "A header is missing or not valid; the name is not allowed; a deferred length; concatenation."),
    refusal(404, "The folder does not exist."),
    refusal(413, "The file is larger than allowed, or the account is full or has too many unfinished uploads."),
    ...refusals,
  ],
  availability: "implemented",
};

export const tusUpload: PageEndpoint = {
  operation: "tus.upload",
  path: "/x/v1/tus/{id}",
  methods: ["HEAD", "POST", "PATCH", "DELETE", "OPTIONS"],
  identification: "key",
  summary: "Continue an upload by tus",
  description:
    "`HEAD` reports in `Upload-Offset` how much is durable; `PATCH` sends bytes from there; `DELETE` drops the " +
    "upload with everything received. `POST` with `X-HTTP-Method-Override` is any of them. Bytes that " +
    "`Upload-Offset` has ever reported are kept, and so is what was received of an interrupted request. The file is " +
    "created with the last byte. The answers, including those to HEAD for a day after it, have its link in " +
    "`Consigne-Link`. If the file cannot be created, PATCH and HEAD say why, and try again when repeated. A request " +
    "that asks for an upload, or continues it, ends any other request that is still sending to it. Bytes count " +
    "towards no call limit.",
  parameters: [
    { name: "id", in: "path", description: "From `Location`.", isRequired: true },
    version,
    header("Upload-Offset", "Where the bytes of a PATCH belong: the current offset of the upload."),
    header("Content-Type", "`application/offset+octet-stream`, of a PATCH."),
    checksum,
    header("X-HTTP-Method-Override", "With POST: the method that is meant."),
  ],
  answers: [
    { status: 200, description: "To HEAD: its offset." },
    { status: 204, description: "The bytes are durable, or the upload was dropped; or to OPTIONS, as above." },
    refusal(400, "A header is missing or not valid, or more bytes came than the file has."),
    refusal(404, "No such upload, or it is complete (DELETE), or its folder is gone."),
    refusal(409, "The upload is at another offset. Ask for it, and continue from there."),
    refusal(413, "Everything was received, but the account has no room for the file; it is kept."),
    refusal(423, "Another request is sending to it through another process of the server; try again."),
    ...refusals,
  ],
  availability: "implemented",
};

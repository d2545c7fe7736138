import { json, type PageAnswer, type PageEndpoint } from "../page-endpoint.ts";

const refusal = (status: number, description: string): PageAnswer => ({ status, contentType: json, description });

export const uploadsPart: PageEndpoint = {
  operation: "uploads.part",
  path: "/x/v1/uploads/{id}/{part}",
  methods: ["PUT"],
  identification: "key",
  summary: "Send one part of an upload",
  description:
    "The body is the bytes of the part and nothing else, with its `Content-Length`. When the answer comes the part is durable, " +
    "and proved by `Content-Digest` (RFC 9530), by `Leaves-Digest`, or by both where both are sent. Leaves are 4 MiB of the " +
    "part each, the last one what is left; proved by them the bytes are hashed only once. `/x/v1/about` names the extension " +
    "`leaves` where they are taken. A part that is here already, with the same digest, is answered " +
    "at once and not read again. Parts count against no limit of calls. Not part of the 1fichier.com API: `/x/v1/about` names " +
    "the extension `uploads`.",
  parameters: [
    { name: "id", in: "path", description: "From `uploads/create`.", isRequired: true },
    { name: "part", in: "path", description: "Number of the part, from 1.", isRequired: true },
    {
      name: "Content-Digest",
      in: "header",
      description: "`sha-256=:BASE64:`, the SHA-256 of the body. One of both digests is required.",
      isRequired: false,
    },
    {
      name: "Leaves-Digest",
      in: "header",
      description:
        "`sha-256=:BASE64:`, the SHA-256 of what the SHA-256s of the leaves of the body, 32 bytes each, are one after the other.",
      isRequired: false,
    },
  ],
  answers: [
    { status: 200, contentType: json, schema: "UploadPartJson", description: "The part is here." },
    refusal(400, "No digest, or not that of the bytes; another size than the part has; it broke off. It was not kept."),
    refusal(403, "Not identified, or not allowed to upload."),
    refusal(404, "No such upload, it is complete, or its folder is gone."),
    refusal(409, "The part came before with other bytes, or comes by another request at this moment."),
    refusal(503, "Busy, or the storage does not answer; send the part again."),
    refusal(507, "The server has no room left."),
  ],
  availability: "implemented",
};

import { Type } from "../schema-builders.ts";
import { defineEndpoint, type Endpoint, storageErrors } from "../endpoint.ts";
import * as sample from "./example-values.ts";
import * as wire from "../wire-types.ts";

const MOST_REMOTE_URLS = 100;
/** Signed URLs of object stores are longer than any link of ours. */
const LONGEST_REMOTE_URL = 8192;
const remoteUrl = () => Type.String({ minLength: 1, maxLength: LONGEST_REMOTE_URL, description: "URL to fetch." });
const remote = (right: "read" | "write") => ({ area: "remote", right }) as const;
const requestId = () =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: "Id of the request." });
const executionDate = () => wire.wireTime("When it was carried out; empty while it waits.");
const headers = () =>
  Type.Union(
    [
      Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 4000 }), { maxProperties: 50 }),
      Type.Array(Type.String({ maxLength: 4200 }), { maxItems: 50 }),
    ],
    { description: "Headers to send, as an object or as a list of `Name: value`." },
  );

const remoteLs = defineEndpoint({
  operation: "remote.ls",
  scope: remote("read"),
  summary: "List remote uploads",
  description: "Newest first. Body and content type are optional.",
  request: Type.Object({ pretty: wire.pretty }),
  response: Type.Object({
    status: wire.ok(),
    data: Type.Array(
      Type.Object({
        id: requestId(),
        request_date: wire.wireTime("When it was requested."),
        execution_date: executionDate(),
      }),
    ),
  }),
  example: {
    request: {},
    response: { ...sample.ok, data: [{ id: 12, request_date: sample.RECEIVED, execution_date: "" }] },
  },
});

const remoteInfo = defineEndpoint({
  operation: "remote.info",
  scope: remote("read"),
  summary: "Describe a remote upload",
  description:
    "The answer has no `status`; each entry of `result` has its own. URLs that are waiting or in progress have " +
    "no entry yet. User names and passwords in URLs are not shown.",
  request: Type.Object({ id: requestId(), pretty: wire.pretty }),
  response: Type.Object({
    id: requestId(),
    request_date: wire.wireTime("When it was requested."),
    execution_date: executionDate(),
    links: Type.Array(wire.text("URL."), { description: "The requested URLs." }),
    result: Type.Array(
      Type.Object({
        status: wire.text("`OK` or `KO`."),
        url: wire.text("The URL, as in `links`."),
        download_link: Type.Optional(wire.text("Link of the file.")),
        message: Type.Optional(wire.message()),
      }),
      { description: "The results, in the order of the URLs." },
    ),
  }),
  errors: ["resourceNotFound"],
  example: {
    request: { id: 12 },
    response: {
      id: 12,
      request_date: sample.RECEIVED,
      execution_date: "2026-01-31 10:21:00",
      links: ["https://example.org/a.bin"],
      result: [{ status: "OK", url: "https://example.org/a.bin", download_link: sample.LINK }],
    },
  },
});

const remoteRequest = defineEndpoint({
  operation: "remote.request",
  alsoAt: ["/v1/remote/remote.cgi", "/remote/remote.cgi", "/"],
  scope: remote("write"),
  summary: "Have the server fetch URLs",
  description:
    "http, https and ftp URLs; the work is done later, and `remote/info` reports how it went. Either all of " +
    "them are queued or none. Headers are sent only to the hosts of the URLs, not to others that these " +
    "redirect to. Headers, and user names and passwords in URLs, are kept encrypted until the work is done; " +
    "this answer is the last to show the headers. At `/` only a JSON body makes this call.",
  request: Type.Object({
    urls: Type.Array(remoteUrl(), { minItems: 1, maxItems: MOST_REMOTE_URLS }),
    folder_id: Type.Optional(wire.folderId("Target folder; 0 or absent is the root.")),
    headers: Type.Optional(headers()),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    id: requestId(),
    date: wire.wireTime("When it was requested."),
    urls: Type.Array(wire.text("URL.")),
    headers: Type.Optional(headers()),
  }),
  errors: ["folderNotFound", "tooManyRemoteUploads", ...storageErrors],
  limits: [
    `At most ${MOST_REMOTE_URLS} URLs in a call; 10,000 queued URLs per account, unless the operator has set another limit, and 10 on a free plan.`,
  ],
  example: {
    request: { urls: ["https://example.org/a.bin"], folder_id: 7, headers: { Accept: "*/*" } },
    response: {
      ...sample.ok,
      id: 12,
      date: sample.RECEIVED,
      urls: ["https://example.org/a.bin"],
      headers: { Accept: "*/*" },
    },
  },
});

/** Each URL has an id of its own, of at most 20 characters. */
const itemId = (description: string) => Type.String({ minLength: 1, maxLength: 64, description });
const extension = (call: string, right: "read" | "write") =>
  ({
    operation: `remote.${call}`,
    path: `/x/v1/remote/${call}`,
    scope: remote(right),
  }) as const satisfies Partial<Endpoint>;
const OURS = "Not part of the 1fichier.com API: `/x/v1/about` lists the extension `remote`.";
const state = Type.Enum(["waiting", "running", "done", "failed", "cancelled"], {
  description: "`waiting` also between two attempts.",
});
const shownItem = () =>
  Type.Object({
    id: itemId("Id of the URL on this server."),
    url: wire.text("The URL, without user name and password."),
    state,
    attempts: wire.count("How many times it was tried."),
    received: Type.Optional(wire.sizeBytes("Bytes received, in the last attempt or of the complete file.")),
    size: Type.Optional(wire.sizeBytes("Size in bytes; absent while unknown.")),
    next_attempt_at: Type.Optional(wire.instant("When it is tried next.")),
    ended_at: Type.Optional(wire.instant("When it was completed, failed or was cancelled.")),
    link: Type.Optional(wire.text("Link of the file.")),
    filename: Type.Optional(wire.text("Name of the file.")),
    has_credentials: Type.Optional(
      wire.flag("1: it was given with a user name or password, which is not kept, so it cannot be retried."),
    ),
    message: Type.Optional(wire.text("Why it failed or will be retried, or a remark about the file.")),
  });
const shownRequest = () =>
  Type.Object({
    id: requestId(),
    requested_at: wire.instant("When it was requested."),
    ended_at: Type.Optional(wire.instant("When its last URL ended; absent before.")),
    folder_id: wire.folderId("Target folder of the files; 0 is the root."),
    items: Type.Array(shownItem(), { description: "Its URLs, in the order they were given." }),
  });
const sampleItem = {
  id: "r1s2t3u4v5w6x7y8",
  url: "https://example.org/a.bin",
  state: "running",
  attempts: 1,
  received: 1048576,
  size: 4194304,
};
const sampleRequest = { id: 12, requested_at: "2026-01-31T09:20:30Z", folder_id: 7, items: [sampleItem] };
const MOST_LISTED = 100;

const remoteList = defineEndpoint({
  ...extension("list", "read"),
  summary: "List remote uploads with their URLs",
  description: `Newest first, paged. ${OURS}`,
  request: Type.Object({
    before: Type.Optional(requestId()),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_LISTED,
        description: `At most this many requests; default ${MOST_LISTED}.`,
      }),
    ),
    language: wire.messageLanguage,
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    requests: Type.Array(shownRequest()),
    next: Type.Optional(
      Type.Integer({ minimum: 0, description: "`before` of the next page; absent on the last one." }),
    ),
  }),
  example: { request: { limit: 1 }, response: { ...sample.ok, requests: [sampleRequest], next: 12 } },
});

const aboutOne = {
  id: requestId(),
  item: Type.Optional(itemId("One of its URLs; default: all.")),
  language: wire.messageLanguage,
  pretty: wire.pretty,
};
const one = () => Type.Object({ status: wire.ok(), request: shownRequest() });

const remoteShow = defineEndpoint({
  ...extension("show", "read"),
  summary: "Describe a remote upload with its progress",
  description: OURS,
  request: Type.Object({ id: requestId(), language: wire.messageLanguage, pretty: wire.pretty }),
  response: one(),
  errors: ["resourceNotFound"],
  example: { request: { id: 12 }, response: { ...sample.ok, request: sampleRequest } },
});

const remoteCancel = defineEndpoint({
  ...extension("cancel", "write"),
  summary: "Cancel a remote upload",
  description: `URLs that wait are cancelled at once, those in progress within seconds; files that were fetched stay. ${OURS}`,
  request: Type.Object(aboutOne),
  response: one(),
  errors: ["resourceNotFound"],
  example: { request: { id: 12 }, response: { ...sample.ok, request: sampleRequest } },
});

const remoteRetry = defineEndpoint({
  ...extension("retry", "write"),
  summary: "Retry what failed or was cancelled",
  description:
    "Files that were fetched stay. Headers are not kept and have to be given again; a URL with a user name or " +
    `password has to be requested again. ${OURS}`,
  request: Type.Object({ ...aboutOne, headers: Type.Optional(headers()) }),
  response: one(),
  errors: ["resourceNotFound", "tooManyRemoteUploads", ...storageErrors],
  example: { request: { id: 12 }, response: { ...sample.ok, request: sampleRequest } },
});

const remoteRemove = defineEndpoint({
  ...extension("remove", "write"),
  summary: "Remove an ended remote upload from the list",
  description:
    "Removes only the record of the request: files that were fetched stay. A request that has not ended is refused; " +
    "cancel it first. " +
    OURS,
  request: Type.Object({ id: requestId(), pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok() }),
  errors: ["resourceNotFound"],
  example: { request: { id: 12 }, response: sample.ok },
});

export const remoteEndpoints = {
  remoteLs,
  remoteInfo,
  remoteRequest,
  remoteList,
  remoteShow,
  remoteCancel,
  remoteRetry,
  remoteRemove,
};

import { Type } from "typebox";
import { defineEndpoint } from "../endpoint.ts";
import * as sample from "./example-values.ts";
import * as wire from "../wire-types.ts";

const MOST_REMOTE_URLS = 100;
/** Signed addresses of object stores are longer than any link of ours. */
const LONGEST_REMOTE_URL = 8192;
const remoteUrl = () => Type.String({ minLength: 1, maxLength: LONGEST_REMOTE_URL, description: "Address to fetch." });
const remote = (right: "read" | "write") => ({ area: "remote", right }) as const;
const planned = { errors: ["endpointNotAvailable"], availability: "planned" } as const;
const requestId = () =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: "Id of the request." });
const executionDate = () => wire.wireTime("When it was done; empty while it waits.");
const headers = () =>
  Type.Union(
    [
      Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 4000 }), { maxProperties: 50 }),
      Type.Array(Type.String({ maxLength: 4200 }), { maxItems: 50 }),
    ],
    { description: "Headers to send, as an object or as a list of `Name: value`." },
  );

const remoteLs = defineEndpoint({
  ...planned,
  operation: "remote.ls",
  scope: remote("read"),
  summary: "List remote uploads",
  description: "Body and content type are optional.",
  request: Type.Object({ pretty: wire.pretty }),
  response: Type.Object({
    status: wire.ok(),
    data: Type.Array(
      Type.Object({
        id: requestId(),
        request_date: wire.wireTime("When it was asked for."),
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
  ...planned,
  operation: "remote.info",
  scope: remote("read"),
  summary: "Describe a remote upload",
  description: "No `status` in the answer; each entry of `result` has its own.",
  request: Type.Object({ id: requestId(), pretty: wire.pretty }),
  response: Type.Object({
    id: requestId(),
    request_date: wire.wireTime("When it was asked for."),
    execution_date: executionDate(),
    links: Type.Array(wire.text("Address."), { description: "What was asked for." }),
    result: Type.Array(
      Type.Object({
        status: wire.text("`OK` or `KO`."),
        url: wire.text("Address it was fetched from."),
        download_link: Type.Optional(wire.text("Link of the file.")),
        message: Type.Optional(wire.message()),
      }),
    ),
  }),
  errors: ["endpointNotAvailable", "resourceNotFound"],
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
  ...planned,
  operation: "remote.request",
  scope: remote("write"),
  summary: "Have the server fetch addresses",
  description: "The work is done later; `remote/info` tells how it went.",
  request: Type.Object({
    urls: Type.Array(remoteUrl(), { minItems: 1, maxItems: MOST_REMOTE_URLS }),
    folder_id: Type.Optional(wire.folderId("Where to; 0 or absent is the root.")),
    headers: Type.Optional(headers()),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    id: requestId(),
    date: wire.wireTime("When it was asked for."),
    urls: Type.Array(wire.text("Address.")),
    headers: Type.Optional(headers()),
  }),
  errors: ["endpointNotAvailable", "folderNotFound"],
  limits: [`At most ${MOST_REMOTE_URLS} addresses in a call.`],
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

export const remoteEndpoints = { remoteLs, remoteInfo, remoteRequest };

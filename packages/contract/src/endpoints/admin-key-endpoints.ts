import { Type } from "../schema-builders.ts";
import { defineEndpoint } from "../endpoint.ts";
import { adminExtension as extension, FOR_WHOM, FRESH, id, limit } from "./admin-parts.ts";
import * as sample from "./example-values.ts";
import { sampleKey, shownKey } from "./key-endpoints.ts";
import * as wire from "../wire-types.ts";

const userKey = () =>
  Type.Object({
    ...shownKey().properties,
    folder_id: Type.Optional(
      wire.folderId("The folder of the account it is restricted to; absent if it sees everything."),
    ),
    ended_at: Type.Optional(wire.instant("When the server noticed that it had expired.")),
    revoked_at: Type.Optional(wire.instant("When it was revoked.")),
    created_by: Type.Optional(
      wire.text(
        "Id of the key that created it; absent if a person or the operator did. Once the record of that key is " +
          "removed, the key that created it takes its place, if there is one.",
      ),
    ),
  });

const adminKeyLs = defineEndpoint({
  ...extension("key.ls", "read"),
  summary: "List the API keys of an account",
  description:
    "Oldest first, including the last 100 that have ended; pass `next` of one answer as `cursor` of the next call. " +
    `The keys themselves are stored nowhere. ${FOR_WHOM}`,
  request: Type.Object({
    email: wire.email("Address of the account."),
    limit: limit(),
    cursor: Type.Optional(id("`next` of the previous answer.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    keys: Type.Array(userKey()),
    next: Type.Optional(wire.text("`cursor` of the next page; absent on the last one.")),
  }),
  errors: ["resourceNotFound"],
  example: {
    request: { email: "me@example.org" },
    response: {
      ...sample.ok,
      keys: [{ ...sampleKey, last_used_at: "2026-01-31T09:25:00Z", last_used_from: "192.0.2.7" }],
    },
  },
});

const adminKeyRevoke = defineEndpoint({
  ...extension("key.revoke", "write"),
  summary: "Revoke an API key of any account",
  description:
    "Takes effect at once, also for download links made with it. This cannot be undone; repeating it changes " +
    `nothing. The keys it created keep working unless \`with_created\` is 1. The owner's activity shows it. ${FRESH}`,
  request: Type.Object({
    id: id("Id of the key."),
    with_created: Type.Optional(wire.flag("1: also revoke the keys it created, and those that they created.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    email: wire.text("Address of the account that the key belongs to."),
    key: userKey(),
    created_keys: Type.Array(userKey(), {
      description:
        "The keys it created, directly or through others, that worked until this call; now revoked if `with_created` was 1.",
    }),
  }),
  errors: ["recentPasswordRequired", "resourceNotFound"],
  example: {
    request: { id: sampleKey.id },
    response: {
      ...sample.ok,
      email: "me@example.org",
      key: { ...sampleKey, state: "revoked", revoked_at: "2026-02-01T10:00:00Z" },
      created_keys: [{ ...sampleKey, id: "a1b2c3d4e5f6g7h8", name: "camera", created_by: sampleKey.id }],
    },
  },
});

export const adminKeyEndpoints = { adminKeyLs, adminKeyRevoke };

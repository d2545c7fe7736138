import { Type } from "../schema-builders.ts";
import { defineEndpoint, type Endpoint } from "../endpoint.ts";
import * as sample from "./example-values.ts";
import * as wire from "../wire-types.ts";

/** Bounds of keys, the same for every caller. */
const keyLimits = { nameCharacters: 100, addresses: 50, activeKeys: 100, graceSeconds: 30 * 24 * 3600 } as const;
/** Usual sets of scopes; see `POST /x/v1/keys/add`. */
const keyTemplateNames = ["rclone", "upload-only", "read-only", "everything"] as const;
type KeyTemplateName = (typeof keyTemplateNames)[number];

const areas = ["account", "files", "uploads", "downloads", "shares", "remote", "keys"] as const;
type Area = (typeof areas)[number];

const keyId = () => Type.String({ minLength: 1, maxLength: 64, description: "Id of the key." });
const name = () =>
  Type.String({
    minLength: 1,
    maxLength: keyLimits.nameCharacters,
    description: "What the key is for: one line, without control characters.",
  });
const rights = <const Right extends string>(values: readonly Right[], description: string) => {
  const right = () => Type.Optional(Type.Unsafe<Right>({ type: "string", enum: [...values] }));
  return Type.Object(
    Object.fromEntries(areas.map((area) => [area, right()])) as Record<Area, ReturnType<typeof right>>,
    {
      description,
    },
  );
};
const givenScopes = () =>
  Type.Optional(
    rights(["none", "read", "write"], "What the key may do, by area. Areas that are left out are not granted."),
  );
const folder = (description: string) => Type.Optional(wire.folderId(description));
const addresses = () =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 50 }), {
      maxItems: keyLimits.addresses,
      description: "Addresses or CIDR blocks the key may be used from; empty is any.",
    }),
  );
const end = () => Type.Optional(wire.instantOrNever("When the key expires."));
const instant = (description: string) => wire.instant(description);

export const shownKey = () =>
  Type.Object({
    id: keyId(),
    name: wire.text("What it is for."),
    hint: wire.text("First characters of the key."),
    state: Type.Enum(["active", "expired", "revoked"], { description: "Only an active key is accepted." }),
    scopes: rights(["read", "write"], "What it may do, by area; areas that are absent are not granted."),
    folder_id: Type.Optional(wire.folderId("The folder it sees as its root; absent if it sees everything.")),
    addresses: Type.Array(Type.String(), { description: "Where it may be used from; empty is any." }),
    created_at: instant("When it was created."),
    expires_at: Type.Optional(instant("When it expires or expired; absent if never.")),
    last_used_at: Type.Optional(instant("When it was last used, to the minute.")),
    last_used_from: Type.Optional(wire.text("The address it was last used from.")),
    created_by: Type.Optional(
      wire.text(
        "Id of the key that created it; absent if a person or the operator did, or if the caller does not see that " +
          "key. Once the record of that key is removed, the key that created it takes its place, if there is one.",
      ),
    ),
  });
const keyText = () =>
  Type.String({
    pattern: "^[A-Za-z0-9]{32}$",
    description: "The key. Only this answer has it: the server stores a hash.",
  });

export const sampleKey = {
  id: "k1l2m3n4o5p6q7r8",
  name: "backup",
  hint: "aB3d",
  state: "active",
  scopes: { account: "read", files: "write", uploads: "write", downloads: "read" },
  addresses: [],
  created_at: "2026-01-31T09:20:30Z",
};
const TEXT = "aB3dEf9hIj1lMn5pQr7tUv2xYz4bCd6f";
const within =
  "A key manages only keys whose scopes, folder, addresses and expiry are within its own, before and after the " +
  "change (#555). Somebody signed in must have given the password within the last ten minutes (#557).";
const extension = (call: string, right: "read" | "write") =>
  ({
    operation: `keys.${call}`,
    path: `/x/v1/keys/${call}`,
    scope: { area: "keys", right },
  }) as const satisfies Partial<Endpoint>;

const keysLs = defineEndpoint({
  ...extension("ls", "read"),
  summary: "List API keys",
  description:
    "Keys of the account, oldest first; of those that have ended, the last 100. A key that is restricted to a " +
    "folder sees only the keys of that folder. The keys themselves are stored nowhere. Not part of the 1fichier.com " +
    "API: `/x/v1/about` lists the extension `keys`.",
  request: Type.Object({ pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok(), count: wire.count("Number of keys."), keys: Type.Array(shownKey()) }),
  errors: [],
  example: { request: {}, response: { ...sample.ok, count: 1, keys: [sampleKey] } },
});

const keysAdd = defineEndpoint({
  ...extension("add", "write"),
  summary: "Create an API key",
  description:
    "Give a template or scopes; with neither, the key may do everything except manage keys. What is left out stays " +
    `within what the caller's key allows. ${within} Templates: \`rclone\` (account read, files write, uploads write, ` +
    "downloads read), `upload-only` (uploads write), `read-only` (account, files, downloads and shares read), " +
    "`everything` (write in all areas except keys).",
  request: Type.Object({
    name: name(),
    template: Type.Optional(
      Type.Unsafe<KeyTemplateName>({
        type: "string",
        enum: [...keyTemplateNames],
        description: "A usual set of scopes.",
      }),
    ),
    scopes: givenScopes(),
    folder_id: folder("The folder the key sees as its root; 0 or absent is the caller's root."),
    addresses: addresses(),
    expires_at: end(),
    pretty: wire.pretty,
  }),
  response: Type.Object({ status: wire.ok(), api_key: keyText(), key: shownKey() }),
  errors: ["recentPasswordRequired", "badName", "folderNotFound", "tooManyKeys"],
  limits: [`At most ${keyLimits.activeKeys} active keys per account.`],
  example: {
    request: { name: "backup", template: "rclone" },
    response: { ...sample.ok, api_key: TEXT, key: sampleKey },
  },
});

const keysChange = defineEndpoint({
  ...extension("change", "write"),
  summary: "Rename an API key or change what it may do",
  description: `What is left out stays as it is. An expired key works again with a new expiry, a revoked one never. ${within}`,
  request: Type.Object({
    id: keyId(),
    name: Type.Optional(name()),
    scopes: givenScopes(),
    folder_id: folder("The folder the key sees as its root; 0 is the caller's root."),
    addresses: addresses(),
    expires_at: end(),
    pretty: wire.pretty,
  }),
  response: Type.Object({ status: wire.ok(), key: shownKey() }),
  errors: ["recentPasswordRequired", "badName", "folderNotFound", "resourceNotFound", "tooManyKeys"],
  example: {
    request: { id: sampleKey.id, name: "backup" },
    response: { ...sample.ok, key: sampleKey },
  },
});

const keysRotate = defineEndpoint({
  ...extension("rotate", "write"),
  summary: "Replace an API key by a new one",
  description:
    "The new key has the name, scopes, folder, addresses and expiry of the old one, which keeps working for the " +
    "grace period, but not beyond its own expiry. With 0 it ends at once, and so do its download links. A key may " +
    "replace itself. The new key counts as created by the key that makes the call; if a person or the operator " +
    "replaces it, it keeps the creator of the old one. " +
    within,
  request: Type.Object({
    id: keyId(),
    grace_seconds: Type.Integer({
      minimum: 0,
      maximum: keyLimits.graceSeconds,
      description: "Seconds the old key keeps working; at most 30 days.",
    }),
    pretty: wire.pretty,
  }),
  response: Type.Object({ status: wire.ok(), api_key: keyText(), key: shownKey(), replaced: shownKey() }),
  errors: ["recentPasswordRequired", "resourceNotFound", "tooManyKeys"],
  limits: [`At most ${keyLimits.activeKeys} active keys per account, including a replaced one while it still works.`],
  example: {
    request: { id: sampleKey.id, grace_seconds: 86_400 },
    response: {
      ...sample.ok,
      api_key: TEXT,
      key: { ...sampleKey, id: "a1b2c3d4e5f6g7h8" },
      replaced: { ...sampleKey, hint: "x9Yz", expires_at: "2026-02-28T09:20:30Z" },
    },
  },
});

const keysRm = defineEndpoint({
  ...extension("rm", "write"),
  summary: "Revoke an API key",
  description:
    "Takes effect at once, also for download links made with it. This cannot be undone; repeating it changes " +
    `nothing. The keys it created keep working unless \`with_created\` is 1. ${within} This applies to each key to ` +
    "revoke: either all are revoked or none.",
  request: Type.Object({
    id: keyId(),
    with_created: Type.Optional(
      wire.flag("1: also revoke the keys it created, and those that they created, as far as the caller sees them."),
    ),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    key: shownKey(),
    created_keys: Type.Array(shownKey(), {
      description:
        "The keys it created, directly or through others, that worked until this call; now revoked if `with_created` was 1.",
    }),
  }),
  errors: ["recentPasswordRequired", "resourceNotFound"],
  example: {
    request: { id: sampleKey.id },
    response: {
      ...sample.ok,
      key: { ...sampleKey, state: "revoked" },
      created_keys: [{ ...sampleKey, id: "a1b2c3d4e5f6g7h8", name: "camera", created_by: sampleKey.id }],
    },
  },
});

export const keyEndpoints = { keysLs, keysAdd, keysChange, keysRotate, keysRm };

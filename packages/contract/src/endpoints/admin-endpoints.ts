import { Type } from "../schema-builders.ts";
import { defineEndpoint } from "../endpoint.ts";
import { adminExtension as extension, FOR_WHOM, FRESH, id, limit, oneOf, plans } from "./admin-parts.ts";
import * as sample from "./example-values.ts";
import { sampleStorage, storage } from "./storage-check-endpoint.ts";
import * as wire from "../wire-types.ts";

const MOST_ROWS = 500;

const ATTENTION = [
  "not-running",
  "storage-full",
  "storage-unavailable",
  "dead-jobs",
  "damaged-data",
  "unreferenced-data",
  "no-administrator-mail",
  "recent-errors",
] as const;

const adminShow = defineEndpoint({
  ...extension("show", "read"),
  summary: "Show the state of the server",
  description: `What \`consigne-server status\` shows. Jobs and locks are counted up to 500. ${FOR_WHOM}`,
  request: Type.Object({ pretty: wire.pretty }),
  response: Type.Object({
    status: wire.ok(),
    attention: Type.Array(
      Type.Object({
        code: oneOf(ATTENTION, "The reason."),
        text: wire.text("The reason in English."),
      }),
      { description: "Problems that need attention; empty if there are none." },
    ),
    version: wire.text("Version of the running server."),
    started_at: Type.Optional(wire.instant("When the server was started.")),
    uploads: wire.count("Uploads in progress."),
    downloads: wire.count("Downloads in progress."),
    errors: Type.Array(Type.Object({ at: wire.instant("When."), text: wire.text("As in the log.") }), {
      description: "The latest errors, newest first.",
    }),
    space: Type.Optional(
      Type.Object(
        {
          free_bytes: Type.Optional(wire.sizeBytes("Free on the disk.")),
          total_bytes: Type.Optional(wire.sizeBytes("The whole disk.")),
          reserve_bytes: wire.sizeBytes("Kept free: uploads are refused below this."),
        },
        { description: "Absent if the storage is not responding." },
      ),
    ),
    days: Type.Array(
      Type.Object({
        day: wire.text("Day, in UTC."),
        uploads: wire.count("Files uploaded."),
        uploaded_bytes: wire.sizeBytes(),
        downloads: wire.count("Links used for the first time."),
        downloaded_bytes: wire.sizeBytes(),
        accounts: Type.Optional(wire.count("Accounts, when last counted that day.")),
        files: Type.Optional(wire.count("Their files.")),
        stored_bytes: Type.Optional(wire.sizeBytes("Disk space in use; identical contents are counted once.")),
      }),
      { description: "The last days, today first." },
    ),
    jobs: Type.Object({
      waiting: wire.count("Jobs that are waiting."),
      running: wire.count("Jobs that are running."),
      dead: wire.count("Jobs that failed permanently."),
    }),
    locks: wire.count("Callers that are locked out."),
    bans: wire.count("Addresses that are banned."),
    storage: storage(),
  }),
  errors: [],
  example: {
    request: {},
    response: {
      ...sample.ok,
      attention: [],
      version: "0.1.0",
      started_at: "2026-01-31T09:20:30Z",
      uploads: 1,
      downloads: 0,
      errors: [],
      space: { free_bytes: 2_000_000_000, total_bytes: 8_000_000_000, reserve_bytes: 1_000_000_000 },
      days: [{ day: "2026-01-31", uploads: 3, uploaded_bytes: 12_345, downloads: 1, downloaded_bytes: 345 }],
      jobs: { waiting: 0, running: 1, dead: 0 },
      locks: 0,
      bans: 0,
      storage: sampleStorage,
    },
  },
});

const user = () =>
  Type.Object({
    id: id("Id of the account."),
    email: wire.text("Its e-mail address."),
    plan: oneOf(plans, "The assigned plan; it may have ended."),
    plan_ends_at: Type.Optional(wire.instant("When it ends or ended; absent if it never does.")),
    quota_bytes: Type.Optional(wire.sizeBytes("Quota of this account; absent if the plan's applies.")),
    is_administrator: wire.flag("1: an administrator of the server."),
    is_locked: wire.flag("1: locked; nobody can use it."),
    deletion_at: Type.Optional(
      wire.instant("Set when its owner has deleted it: when it will be removed, unless it is unlocked first."),
    ),
    files: wire.count("Its files."),
    used_bytes: wire.sizeBytes("Their bytes."),
    created_at: wire.instant("When it was created."),
  });
const sampleUser = {
  id: "a1c2c3o4u5n6t7s8",
  email: "me@example.org",
  plan: "premium",
  is_administrator: 0,
  is_locked: 0,
  files: 12,
  used_bytes: 12_345,
  created_at: "2026-01-02T08:00:00Z",
};

const adminUserLs = defineEndpoint({
  ...extension("user.ls", "read"),
  summary: "List the accounts of the server",
  description: `Oldest first, paged: pass \`next\` of one answer as \`cursor\` of the next call. ${FOR_WHOM}`,
  request: Type.Object({
    limit: limit(),
    cursor: Type.Optional(id("`next` of the previous answer.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    users: Type.Array(user()),
    next: Type.Optional(wire.text("`cursor` of the next page; absent on the last one.")),
  }),
  errors: [],
  example: { request: {}, response: { ...sample.ok, users: [sampleUser] } },
});

const adminUserChange = defineEndpoint({
  ...extension("user.change", "write"),
  summary: "Lock an account, or change its plan or quota",
  description:
    "Settings that are left out stay as they are. A locked account can make no calls, and its files cannot be " +
    `downloaded; nothing is removed. Administrators cannot lock their own account. ${FRESH}`,
  request: Type.Object({
    email: wire.email("Address of the account."),
    locked: Type.Optional(wire.flag("1: locked; 0: not.")),
    plan: Type.Optional(oneOf(plans, "New plan; it does not end unless `plan_ends_at` is given.")),
    plan_ends_at: Type.Optional(wire.instantOrNever("With `plan` only: when it ends.")),
    quota_bytes: Type.Optional(wire.sizeBytes("Quota of this account; 0: the plan's.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({ status: wire.ok(), user: user() }),
  errors: ["recentPasswordRequired", "resourceNotFound"],
  example: { request: { email: "me@example.org", locked: 0 }, response: { ...sample.ok, user: sampleUser } },
});

const adminLockLs = defineEndpoint({
  ...extension("lock.ls", "read"),
  summary: "List who is locked out",
  description: `Ordered by their end, soonest first; at most ${MOST_ROWS}. ${FOR_WHOM}`,
  request: Type.Object({ pretty: wire.pretty }),
  response: Type.Object({
    status: wire.ok(),
    locks: Type.Array(
      Type.Object({
        id: id("Id of the lock."),
        kind: oneOf(["ip", "account", "key"], "Who is locked out."),
        subject: wire.text("The IP address, or the id of the account or key."),
        email: Type.Optional(wire.text("E-mail address of the account, or of the account that the key belongs to.")),
        key_name: Type.Optional(wire.text("Name of the key.")),
        number: Type.Integer({ description: "The number that callers see after `#`." }),
        locked_at: wire.instant("Since when."),
        locked_until: wire.instant("Until when."),
      }),
    ),
  }),
  errors: [],
  example: {
    request: {},
    response: {
      ...sample.ok,
      locks: [
        {
          id: "l1o2c3k4l5o6c7k8",
          kind: "ip",
          subject: "192.0.2.7",
          number: 374,
          locked_at: "2026-01-31T09:20:30Z",
          locked_until: "2026-01-31T09:25:30Z",
        },
      ],
    },
  },
});

const adminLockRelease = defineEndpoint({
  ...extension("lock.release", "write"),
  summary: "Release a lock",
  description: FRESH,
  request: Type.Object({ id: id("Id of the lock."), pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok() }),
  errors: ["recentPasswordRequired", "resourceNotFound"],
  example: { request: { id: "l1o2c3k4l5o6c7k8" }, response: sample.ok },
});

const adminSettings = defineEndpoint({
  ...extension("settings", "read"),
  summary: "Show the settings in force",
  description: `Settings of the running server, and where each comes from. For secrets, only whether they are set. ${FOR_WHOM}`,
  request: Type.Object({ pretty: wire.pretty }),
  response: Type.Object({
    status: wire.ok(),
    settings: Type.Array(
      Type.Object({
        name: wire.text("Its environment variable."),
        value: Type.Optional(
          wire.text("The value set, or the default; absent for secrets and where there is neither."),
        ),
        origin: oneOf(
          ["environment", "file", "default"],
          "`file`: an `.env` file next to the server; `default`: not set.",
        ),
        is_secret: wire.flag("1: its value is never shown."),
      }),
    ),
  }),
  errors: [],
  example: {
    request: {},
    response: {
      ...sample.ok,
      settings: [
        { name: "CONSIGNE_PORT", value: "8080", origin: "default", is_secret: 0 },
        { name: "CONSIGNE_SMTP_URL", origin: "file", is_secret: 1 },
      ],
    },
  },
});

export const adminEndpoints = {
  adminShow,
  adminUserLs,
  adminUserChange,
  adminLockLs,
  adminLockRelease,
  adminSettings,
};

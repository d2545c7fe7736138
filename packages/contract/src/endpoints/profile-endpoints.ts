import { Type } from "../schema-builders.ts";
import { defineEndpoint, type Endpoint, storageErrors } from "../endpoint.ts";
import * as sample from "./example-values.ts";
import * as wire from "../wire-types.ts";

const LONGEST_PASSWORD = 1024;
const NOT_OF_1FICHIER = "Not part of the 1fichier.com API: `/x/v1/about` lists the extension `account`.";
const FRESH = "Somebody signed in must have given the password within the last ten minutes (#557); keys are refused.";

const extension = (call: string, right: "read" | "write") =>
  ({
    operation: call,
    path: `/x/v1/${call.replaceAll(".", "/")}`,
    isForCustomers: false,
    scope: { area: "account", right },
  }) as const satisfies Partial<Endpoint>;

const password = (description: string) => Type.String({ minLength: 1, maxLength: LONGEST_PASSWORD, description });
const language = () =>
  Type.Optional(
    Type.Unsafe<"en" | "fr">({ type: "string", enum: ["en", "fr"], description: "Language of the e-mail." }),
  );
const sessionId = () => Type.String({ minLength: 1, maxLength: 64, description: "Id of the session." });

const MOST_DOMAIN = 10;
const defaultDomain = () =>
  Type.Integer({
    minimum: 0,
    maximum: MOST_DOMAIN,
    description: "Number of the link domain for new files, if links are printed as on 1fichier.com.",
  });
const downloadMenu = () => wire.flag("1: the owner also sees the page of a link before its file.");
const shownSettings = () =>
  Type.Object(
    {
      default_domain: defaultDomain(),
      download_menu: downloadMenu(),
      trash_days: wire.count("Days for which removed files are kept in the trash; 0: not at all."),
      version_days: wire.count("Days for which older versions of files are kept; 0: not at all."),
    },
    { description: "Their current values." },
  );
const sampleSettings = { default_domain: 0, download_menu: 0, trash_days: 30, version_days: 30 } as const;

const sampleSession = { id: "s1t2u3v4w5x6y7z8", verified_until: "2026-01-31T09:30:30Z" };

const accountShow = defineEndpoint({
  ...extension("account.show", "read"),
  summary: "Show the account and who is calling",
  description:
    "E-mail address, plan and usage of the account, without the limits of `user/info`. For somebody signed in also " +
    `the session, and whether it may administer the server. ${NOT_OF_1FICHIER}`,
  request: Type.Object({ pretty: wire.pretty }),
  response: Type.Object({
    status: wire.ok(),
    email: wire.text("E-mail address of the account."),
    created_at: wire.instant("When the account was created."),
    plan: Type.Enum(["unlimited", "free", "premium", "premium-gold", "access"], {
      description: "The plan in force; `free` once it has ended.",
    }),
    plan_ends_at: Type.Optional(wire.instant("When the plan ends or ended; absent if never.")),
    files: wire.count("Files of the account."),
    used_bytes: wire.sizeBytes(
      "What counts towards the quota, as in `user/info`: files, trash and older versions together.",
    ),
    trash_bytes: wire.sizeBytes("Of these, bytes in the trash."),
    version_bytes: wire.sizeBytes("Of these, bytes of older versions of files."),
    quota_bytes: Type.Optional(wire.sizeBytes("The quota; absent if there is no limit.")),
    settings: shownSettings(),
    may_administer: wire.flag("1: the caller may use the calls of the extension `admin`. No key may."),
    session: Type.Optional(
      Type.Object(
        {
          id: sessionId(),
          verified_until: wire.instant("Until when the password need not be given again."),
        },
        { description: "The caller's session; absent for a key." },
      ),
    ),
  }),
  errors: [],
  example: {
    request: {},
    response: {
      ...sample.ok,
      email: "me@example.org",
      created_at: "2026-01-02T08:00:00Z",
      plan: "premium",
      files: 12,
      used_bytes: 12_345,
      trash_bytes: 2000,
      version_bytes: 345,
      quota_bytes: 2_000_000_000_000,
      settings: sampleSettings,
      may_administer: 0,
      session: sampleSession,
    },
  },
});

const accountChange = defineEndpoint({
  ...extension("account.change", "write"),
  summary: "Change settings of the account",
  description:
    "The settings of `user/info` that have an effect on this server, without its limits; settings that are absent " +
    "stay as they are. How long trash and older versions are kept is set by `trash/retention` and " +
    `\`version/retention\`. ${NOT_OF_1FICHIER}`,
  request: Type.Object({
    default_domain: Type.Optional(defaultDomain()),
    download_menu: Type.Optional(downloadMenu()),
    pretty: wire.pretty,
  }),
  response: Type.Object({ status: wire.ok(), settings: shownSettings() }),
  errors: [...storageErrors],
  example: {
    request: { download_menu: 1 },
    response: { ...sample.ok, settings: { ...sampleSettings, download_menu: 1 } },
  },
});

const accountVerify = defineEndpoint({
  ...extension("account.verify", "write"),
  callers: "sessions",
  summary: "Confirm a session with the password",
  description:
    "For somebody signed in: calls that need a password given within the last ten minutes (#557) work again. A " +
    "wrong password counts as a failed sign-in. Keys are refused, since they do not identify a person.",
  request: Type.Object({ password: password("Password of the account."), pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok(), verified_until: wire.instant("Until when this holds.") }),
  errors: ["invalidPassword"],
  example: {
    request: { password: "correct horse battery staple" },
    response: { ...sample.ok, verified_until: sampleSession.verified_until },
  },
});

const accountPassword = defineEndpoint({
  ...extension("account.password", "write"),
  callers: "people",
  summary: "Change the password",
  description:
    "All other sessions end, and so do downloads that were started without a key; keys keep working. The owner is " +
    "notified by e-mail. " +
    FRESH,
  request: Type.Object({
    new_password: password("At least 8 characters, at most 1,024 bytes, and not easy to guess."),
    language: language(),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    active_keys: wire.count("API keys that keep working; revoke any that others may know."),
  }),
  errors: ["recentPasswordRequired", "weakPassword"],
  example: {
    request: { new_password: "correct horse battery staple" },
    response: { ...sample.ok, active_keys: 2 },
  },
});

const accountEmail = defineEndpoint({
  ...extension("account.email", "write"),
  callers: "people",
  summary: "Change the e-mail address",
  description:
    "E-mails a link to the new address; once it is opened and confirmed, the address changes and the old one is " +
    `notified. The answer is the same whether or not another account has the address. ${FRESH}`,
  request: Type.Object({
    email: wire.email("The new address."),
    language: language(),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    delivery: Type.Enum(["mailed", "outbox"], {
      description: "`outbox`: this server sends no e-mail; the operator finds the message in its data folder.",
    }),
  }),
  errors: ["recentPasswordRequired", "badEmail", "tooManyEmails"],
  example: { request: { email: "new@example.org" }, response: { ...sample.ok, delivery: "mailed" } },
});

const EXPORT_PAGE = 500;
const exported = () =>
  Type.Record(Type.String(), Type.Unsafe<unknown>({}), {
    description:
      "`kind` is `account`, `folder`, `file`, `trash`, `key`, `session`, `remote`, `import` or `activity`; the other fields depend on it.",
  });

const accountExport = defineEndpoint({
  ...extension("account.export", "read"),
  callers: "people",
  summary: "Export everything the account has",
  description:
    "Everything except the contents of the files, paged: pass `next` of one answer as `cursor` of the next call. " +
    "First `account` with its settings, then each `folder` and `file` with its checksum, URL, rules and " +
    "additional links, `trash`, `share` (whom a folder is shared with), `received` (what others share with the " +
    "account), `key` without the key itself, `session`, `remote` uploads, `import` and `activity`. Ids are those of " +
    "the server: `root_folder_id` of `account` is the root. Passwords and their hashes are not included. Keys are " +
    `refused, since they may not read data about people. ${NOT_OF_1FICHIER}`,
  request: Type.Object({
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: EXPORT_PAGE,
        description: `At most this many records; default ${EXPORT_PAGE}.`,
      }),
    ),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 300, description: "`next` of the previous answer." })),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    records: Type.Array(exported()),
    next: Type.Optional(wire.text("`cursor` of the next page; absent on the last one.")),
  }),
  errors: [],
  example: {
    request: { limit: 1 },
    response: {
      ...sample.ok,
      records: [{ kind: "account", email: "me@example.org", plan: "premium", root_folder_id: 7 }],
      next: "WyJmb2xkZXJzIl0",
    },
  },
});

const accountContents = defineEndpoint({
  ...extension("account.contents", "read"),
  callers: "people",
  summary: "Count what would be deleted with the account",
  description: `What \`account/delete\` would remove. ${FRESH}`,
  request: Type.Object({ pretty: wire.pretty }),
  response: Type.Object({
    status: wire.ok(),
    files: wire.count("Files, each with its links, including those in the trash."),
    bytes: wire.sizeBytes("Bytes of these files."),
    folders: wire.count("Folders, without the root."),
    shared_folders: wire.count("Of these, folders with a public page."),
    keys: wire.count("API keys."),
  }),
  errors: ["recentPasswordRequired", "lastAdministrator"],
  example: {
    request: {},
    response: { ...sample.ok, files: 12, bytes: 12_345, folders: 3, shared_folders: 1, keys: 2 },
  },
});

const accountDelete = defineEndpoint({
  ...extension("account.delete", "write"),
  callers: "people",
  summary: "Delete the account",
  description:
    "It is locked at once: all sessions end, its keys are refused, its links stop working, and the owner is " +
    "notified by e-mail. At `deletion_at` it is removed with everything it has; until then the operator can unlock " +
    `it, which restores it completely. ${FRESH}`,
  request: Type.Object({
    email: wire.email("E-mail address of the account, to confirm that it is the right one."),
    language: language(),
    pretty: wire.pretty,
  }),
  response: Type.Object({ status: wire.ok(), deletion_at: wire.instant("When it is removed permanently.") }),
  errors: ["recentPasswordRequired", "lastAdministrator"],
  example: {
    request: { email: "me@example.org" },
    response: { ...sample.ok, deletion_at: "2026-02-07T09:20:30Z" },
  },
});

const sessionLs = defineEndpoint({
  ...extension("session.ls", "read"),
  callers: "people",
  summary: "List the sessions of the account",
  description:
    "Where the account is signed in, most recently used first. Keys are refused, since they may not read data about " +
    "people.",
  request: Type.Object({ pretty: wire.pretty }),
  response: Type.Object({
    status: wire.ok(),
    sessions: Type.Array(
      Type.Object({
        id: sessionId(),
        is_current: wire.flag("1: the caller's own session."),
        user_agent: wire.text("The browser or program, as it identifies itself."),
        address: wire.text("The address it was last used from."),
        is_address_bound: wire.flag("1: valid only from the address it was started from."),
        created_at: wire.instant("When it was started."),
        last_used_at: wire.instant("When it was last used, to the minute."),
        expires_at: wire.instant("When it expires, unless it is used."),
      }),
    ),
  }),
  errors: [],
  example: {
    request: {},
    response: {
      ...sample.ok,
      sessions: [
        {
          id: sampleSession.id,
          is_current: 1,
          user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
          address: "192.0.2.7",
          is_address_bound: 0,
          created_at: "2026-01-31T09:20:30Z",
          last_used_at: "2026-01-31T09:24:00Z",
          expires_at: "2026-01-31T21:24:00Z",
        },
      ],
    },
  },
});

const sessionRm = defineEndpoint({
  ...extension("session.rm", "write"),
  callers: "people",
  summary: "End sessions of the account",
  description:
    "One by its id, or all except the caller's own, with the downloads that were started in them. Ending your own " +
    `session needs no password. ${FRESH}`,
  request: Type.Object({
    id: Type.Optional(sessionId()),
    others: Type.Optional(wire.flag("1, in place of `id`: all others.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({ status: wire.ok(), ended: wire.count("Sessions that ended.") }),
  errors: ["recentPasswordRequired", "resourceNotFound"],
  example: { request: { id: sampleSession.id }, response: { ...sample.ok, ended: 1 } },
});

export const profileEndpoints = {
  accountShow,
  accountChange,
  accountVerify,
  accountPassword,
  accountEmail,
  accountExport,
  accountContents,
  accountDelete,
  sessionLs,
  sessionRm,
};

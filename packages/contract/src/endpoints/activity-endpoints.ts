import { Type } from "../schema-builders.ts";
import { defineEndpoint } from "../endpoint.ts";
import * as sample from "./example-values.ts";
import * as wire from "../wire-types.ts";

const MOST_RECORDS = 500;
const LONGEST_ID = 100;

const oneOf = <const Value extends string>(values: readonly Value[], description: string) =>
  Type.Unsafe<Value>({ type: "string", enum: [...values], description });
const id = (description: string) => Type.String({ minLength: 1, maxLength: LONGEST_ID, description });

const activityList = defineEndpoint({
  operation: "activity.list",
  path: "/x/v1/activity/list",
  isForCustomers: false,
  scope: { area: "account", right: "read" },
  summary: "List activity in the account",
  description:
    "What the account did, and what others (the operator, the server, administrators, and people it shares folders " +
    "with) did to it and to its files and folders; newest first, paged: pass `next` of one answer as `cursor` of " +
    "the next call. A key that is restricted to a folder sees only its own activity. The latest 50,000 changes of " +
    "an account, and as many by others in its folders, are kept for as long as the operator has set. Not part of " +
    "the 1fichier.com API: `/x/v1/about` lists the extension `activity`.",
  request: Type.Object({
    by: Type.Optional(
      oneOf(["me", "others"], "`me`: by the account's password, sessions and keys; `others`: by anybody else."),
    ),
    key_id: Type.Optional(id("Only changes made with this key.")),
    object_id: Type.Optional(id("Only changes to this file, folder, key or other object.")),
    action: Type.Optional(id("Only this action, such as `file.move`.")),
    since: Type.Optional(wire.instantText("Only changes at this time or later.")),
    until: Type.Optional(wire.instantText("Before.")),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_RECORDS,
        description: `At most this many records; default ${MOST_RECORDS}.`,
      }),
    ),
    cursor: Type.Optional(id("`next` of the previous answer.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    records: Type.Array(
      Type.Object({
        at: wire.instant("When."),
        by: Type.Enum(["session", "key", "administrator", "operator", "server", "other"], {
          description:
            "`session`: somebody signed in, or using the password; `key`: see `key_id`; `administrator`: an " +
            "administrator of the server, to the account; `operator`: on the server's machine; `server`: the server " +
            "itself; `other`: another account or a visitor.",
        }),
        key_id: Type.Optional(wire.text("Id of the key that was used.")),
        address: Type.Optional(wire.text("IP address it came from; absent unless the account itself did it.")),
        actor_email: Type.Optional(
          wire.text("With `other`, in a shared folder: e-mail address that the folder was shared with at the time."),
        ),
        owner_email: Type.Optional(
          wire.text("E-mail address of the folder's owner, for a folder that is shared with the account."),
        ),
        action: wire.text("What was done, such as `file.move`."),
        object_id: wire.text("What it was done to: the id of a file, folder, account, session or job."),
        details: Type.Record(
          Type.String(),
          Type.Union([Type.String(), Type.Number(), Type.Unsafe<boolean>({ type: "boolean" })]),
          {
            description: "Further details, depending on the action: names, counts.",
          },
        ),
      }),
    ),
    next: Type.Optional(wire.text("`cursor` of the next page; absent on the last one.")),
  }),
  errors: [],
  example: {
    request: { limit: 1 },
    response: {
      ...sample.ok,
      records: [
        {
          at: "2026-01-31T09:20:30Z",
          by: "key",
          key_id: "k1l2m3n4o5p6q7r8",
          address: "192.0.2.7",
          action: "file.move",
          object_id: "abcdefghij0123456789",
          details: { name: "a.bin" },
        },
      ],
      next: "1769851230000-r1s2t3u4v5w6x7y8",
    },
  },
});

export const activityEndpoints = { activityList };

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
  summary: "List what was done in the account",
  description:
    "What the account did, and what others did to it and to its files and folders: the operator, the server, administrators, " +
    "and those it shares folders with; newest first, page by page: " +
    "`next` of an answer is the `cursor` of the next call. A key that is kept in a folder sees what it did itself. Kept are " +
    "the latest 50,000 changes of an account, and as many of others in its folders, for as long as the operator says. Not part of the 1fichier.com API: " +
    "`/x/v1/about` names the extension `activity`.",
  request: Type.Object({
    by: Type.Optional(oneOf(["me", "others"], "`me`: by its password, sessions and keys; `others`: by others.")),
    key_id: Type.Optional(id("Only with this key.")),
    object_id: Type.Optional(id("Only to this file, folder, key or other object.")),
    action: Type.Optional(id("Only this, such as `file.move`.")),
    since: Type.Optional(wire.instantText("Not before.")),
    until: Type.Optional(wire.instantText("Before.")),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MOST_RECORDS, description: `Records at most; ${MOST_RECORDS} if absent.` }),
    ),
    cursor: Type.Optional(id("`next` of the answer before.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    records: Type.Array(
      Type.Object({
        at: wire.instant("When."),
        by: Type.Enum(["session", "key", "operator", "server", "other"], {
          description:
            "`session`: somebody signed in, or with the password; `key`: `key_id`; `operator`: on the machine of the server; " +
            "`server`: by itself; `other`: another account or a visitor.",
        }),
        key_id: Type.Optional(wire.text("Id of the key it was done with.")),
        address: Type.Optional(wire.text("From where; absent where it was not the account itself.")),
        who: Type.Optional(
          wire.text(
            "With `other`, in a shared folder: e-mail address of who did it, as the owner shared with it then.",
          ),
        ),
        owner: Type.Optional(
          wire.text("E-mail address of the owner of the folder, where it was shared with the account."),
        ),
        action: wire.text("What, such as `file.move`."),
        object_id: wire.text("To what: the id of a file, folder, account, session or job."),
        details: Type.Record(
          Type.String(),
          Type.Union([Type.String(), Type.Number(), Type.Unsafe<boolean>({ type: "boolean" })]),
          {
            description: "More, by the kind of change: names, counts.",
          },
        ),
      }),
    ),
    next: Type.Optional(wire.text("Where the next page begins; absent at the end.")),
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

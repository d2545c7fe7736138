import { Type } from "./schema-builders.ts";

/**
 * Parts shared by the schemas of several calls. They have no `title` on purpose: they are written out where they are
 * used.
 */

/** Bytes of UTF-8; no name has more characters than bytes. */
export const LONGEST_NAME = 1024;
const LONGEST_URL = 2048;
const LONGEST_EMAIL = 250;
const LONGEST_PASSWORD = 512;
export const MOST_URLS = 1000;

/** 0 or 1. Requests may also say `true`, `false`, `"0"` or `"1"`. */
export const flag = (description?: string) =>
  Type.Unsafe<0 | 1>({ type: "integer", enum: [0, 1], ...described(description) });

/** One of a few numbers. */
export const choice = <const Value extends number>(values: readonly Value[], description: string) =>
  Type.Unsafe<Value>({ type: "integer", enum: [...values], description });

export const count = (description: string) => Type.Integer({ minimum: 0, description });
export const sizeBytes = (description = "Bytes.") =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });
export const text = (description: string) => Type.String({ description });

export const folderId = (description = "Id of a folder; 0 or absent is the root.") =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });
export const linkUrl = (description = "Link of a file.") =>
  Type.String({ minLength: 1, maxLength: LONGEST_URL, description });
export const name = (description: string) => Type.String({ minLength: 1, maxLength: LONGEST_NAME, description });
export const linkPassword = (description: string) => Type.String({ maxLength: LONGEST_PASSWORD, description });
export const email = (description: string) => Type.String({ minLength: 1, maxLength: LONGEST_EMAIL, description });
export const sharingUser = () =>
  Type.String({
    maxLength: LONGEST_EMAIL,
    description: "E-mail address of the owner of a shared root; used only if the folder id is 0. May be empty.",
  });
export const urls = (description = "Links of files.") =>
  Type.Array(linkUrl(), { minItems: 1, maxItems: MOST_URLS, description });

/** Beside the sentence of an error: its cause, for programs that show it in another language. */
export const reasonParts = {
  // Any text: a later server may have reasons that today's programs do not know.
  reason: Type.Optional(text("For some errors with the number 550: a name for the cause.")),
  reason_value: Type.Optional(text("The value in the sentence: a limit, or the given value that is not accepted.")),
};
/** Beside the error for a file that is still being uploaded: its progress. */
export const arrivalParts = {
  received_size: Type.Optional(sizeBytes("With the number 600: bytes of the file that have arrived.")),
  size: Type.Optional(sizeBytes("With the number 600: the final size of the file in bytes.")),
};
/** In place of one result among several. */
export const refusal = () =>
  Type.Object({
    status: Type.Integer({ minimum: 400, maximum: 599, description: "Status of a call that fails in the same way." }),
    message: text("A sentence for a person, with the number of the error."),
    ...reasonParts,
  });

/** A date in a request, which is checked. */
export const wireTimeText = (description: string) =>
  Type.String({ format: "wire-time", maxLength: 19, description: `${description} ${WIRE_TIME_FORM}` });
/** A date in an answer. */
export const wireTime = (description: string) => Type.String({ description: `${description} ${WIRE_TIME_FORM}` });
const WIRE_TIME_FORM =
  "`YYYY-MM-DD HH:MM:SS` without a zone: French civil time, unless the operator has set another zone (`/x/v1/about`).";

/** A time in the calls under `/x/v1`, with its zone. */
export const instant = (description: string) =>
  Type.String({ pattern: "^[0-9-]{10}T[0-9:]{8}Z$", description: `${description} ${INSTANT_FORM}` });
/** A time in a request, which is checked. */
export const instantText = (description: string) =>
  Type.String({ format: "instant", maxLength: 30, description: `${description} ${INSTANT_FORM}.` });
/** An end time in a request, which is checked, or `never`. */
export const instantOrNever = (description: string) =>
  Type.String({
    format: "instant-or-never",
    maxLength: 30,
    description: `${description} ${INSTANT_FORM}; or \`never\`.`,
  });
const INSTANT_FORM = "RFC 3339 in UTC, such as `2027-01-31T12:00:00Z`";

export const checksum = () =>
  Type.String({
    description:
      "Whirlpool of the content, 128 lower-case hexadecimal digits; empty while it is being computed, for files uploaded in parts.",
  });

/** A parameter of calls that report the results of fetches. */
export const messageLanguage = Type.Optional(
  Type.Enum(["en", "fr"], { description: "Language of `message`; default English." }),
);
/** Every call can return indented JSON. */
export const pretty = Type.Optional(flag("1: indented JSON. Not meant for production."));

export const ok = () => Type.Literal("OK");
export const message = () => text("A sentence for a person; may be empty.");

const aclFields = {
  ip: Type.Optional(
    Type.Array(Type.String({ maxLength: 50 }), {
      maxItems: 250,
      description: "Addresses or CIDR blocks that may download.",
    }),
  ),
  country: Type.Optional(
    Type.Array(Type.String({ minLength: 2, maxLength: 2 }), {
      maxItems: 250,
      description: "Two-letter ISO 3166 codes.",
    }),
  ),
  email: Type.Optional(
    Type.Array(email("E-mail address of an account."), { maxItems: 250, description: "Accounts that may download." }),
  ),
  premium: Type.Optional(flag("1: customers only.")),
};
export const acl = (description: string) => Type.Object(aclFields, { description });

/** Who sees a folder besides its owner. */
export const folderShare = () =>
  Type.Object({
    email: email("E-mail address of the account it is shared with."),
    rw: Type.Optional(flag("1: may change its contents.")),
    hide_links: Type.Optional(flag("1: sees names but no links; implies rw 0.")),
  });

function described(description: string | undefined): { description?: string } {
  return description === undefined ? {} : { description };
}

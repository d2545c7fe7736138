import { parseSmtpUrl, type SmtpAddress } from "@consigne/mail";
import type { SettingName } from "./settings.ts";

/**
 * The engine of each port. Unions by `kind`, so that the compiler finds every place that does not handle a new engine.
 */
export interface EngineConfig {
  rows: RowsConfig;
  bytes: BytesConfig;
  counts: CountsConfig;
  mail: MailConfig;
}

/** A file in the data folder. */
export type RowsConfig = { kind: "sqlite" };
/** A folder in the data folder. */
export type BytesConfig = { kind: "disk" };
/** The process's memory. */
export type CountsConfig = { kind: "memory" };

/**
 * Files in the data folder, or a mail server. Its URL is behind a function: the config may be logged, a password
 * never.
 */
export type MailConfig = { kind: "folder" } | { kind: "smtp"; address: () => SmtpAddress };

/** The default: everything in the data folder and in memory. */
export const embeddedEngines: EngineConfig = {
  rows: { kind: "sqlite" },
  bytes: { kind: "disk" },
  counts: { kind: "memory" },
  mail: { kind: "folder" },
};

interface EngineSetting<Kind extends string> {
  name: SettingName;
  known: readonly [Kind, ...Kind[]];
  /** Known schemes that cannot be used yet, with a message. */
  planned: Readonly<Record<string, string>>;
}

const rows: EngineSetting<RowsConfig["kind"]> = {
  name: "CONSIGNE_DATABASE_URL",
  known: ["sqlite"],
  planned: { "postgres:": "PostgreSQL", "postgresql:": "PostgreSQL" },
};
const bytes: EngineSetting<BytesConfig["kind"]> = {
  name: "CONSIGNE_BLOBS_URL",
  known: ["disk"],
  planned: { "s3:": "S3" },
};
const counts: EngineSetting<CountsConfig["kind"]> = {
  name: "CONSIGNE_REDIS_URL",
  known: ["memory"],
  planned: { "redis:": "Redis", "rediss:": "Redis" },
};

/** Each setting is the URL of an engine, such as `sqlite:`. Problems go to `report`. */
export function readEngines(
  valueOf: (name: SettingName) => string | undefined,
  report: (problem: string) => void,
): EngineConfig {
  const read = <Kind extends string>({ name, known, planned }: EngineSetting<Kind>): { kind: Kind } => {
    const [fallback] = known;
    const text = valueOf(name);
    const kind = text === undefined ? fallback : known.find((each) => text === `${each}:`);
    if (kind !== undefined) return { kind };
    const choices = known.map((each) => `"${each}:"`).join(" or ");
    // Only the scheme of a URL is reported: the rest may contain a password.
    const scheme = URL.parse(text ?? "")?.protocol ?? "";
    const engine = planned[scheme];
    report(
      engine === undefined
        ? `${name} names an engine that this version does not know; it must be ${choices}, or be left out.`
        : `${name} names ${engine}, which this version cannot use yet; it must be ${choices}, or be left out.`,
    );
    return { kind: fallback };
  };
  return { rows: read(rows), bytes: read(bytes), counts: read(counts), mail: readMail(valueOf, report) };
}

function readMail(valueOf: (name: SettingName) => string | undefined, report: (problem: string) => void): MailConfig {
  const text = valueOf("CONSIGNE_SMTP_URL");
  if (text === undefined) return { kind: "folder" };
  const address = parseSmtpUrl(text);
  if (address !== undefined) return { kind: "smtp", address: () => address };
  // It may contain a password, so it is not shown.
  report(
    "CONSIGNE_SMTP_URL is not the URL of a mail server; it must be like smtp://user:password@mail.example.org:587, " +
      "or smtps://... for TLS from the start. Characters such as @ and / in the password are written as %40 and %2F.",
  );
  return { kind: "folder" };
}

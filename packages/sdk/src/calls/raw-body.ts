import { SECRET_FIELDS } from "./redact.ts";

/** More of a body would say no more about a failure. */
const MOST_CHARACTERS = 4096;
const SEARCHED_CHARACTERS = 16 * MOST_CHARACTERS;
const secretFields = new RegExp(`"(${[...SECRET_FIELDS].join("|")})"(\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"?`, "g");

/** The beginning of a body as received, for whoever investigates a failure; without the secrets of the call. */
export function rawBody(text: string | undefined, secrets: readonly (string | undefined)[]): string | undefined {
  if (text === undefined) return undefined;
  let safe = text.slice(0, SEARCHED_CHARACTERS);
  for (const secret of secrets) for (const form of formsOf(secret)) safe = safe.replaceAll(form, "[removed]");
  safe = safe.replace(secretFields, '"$1"$2"[removed]"');
  return safe.length <= MOST_CHARACTERS ? safe : `${safe.slice(0, MOST_CHARACTERS)}…`;
}

/** Secret values in a request. */
export function secretsOf(value: unknown, isSecret = false): string[] {
  if (typeof value === "string") return isSecret ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((each) => secretsOf(each, isSecret));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => secretsOf(each, isSecret || SECRET_FIELDS.has(name)));
}

/** The forms in which a server may write it. */
function formsOf(secret: string | undefined): Set<string> {
  if (secret === undefined || secret === "") return new Set();
  const html = secret
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
  return new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed()), html]);
}

import type { Credentials } from "@consigne/core";
import type { FastifyRequest } from "fastify";
import { RequestError } from "./error-answer.ts";
import type { EdgeSettings } from "../edge-settings.ts";
import { queryParameters } from "./request-target.ts";
import { isSentByForeignPage } from "./sending-page.ts";

/**
 * The 1fichier API guide mentions a header and a request parameter without giving the parameter's name; clients use
 * these.
 */
const keyParameters = ["api_key", "apikey", "key"] as const;

/**
 * A browser that once sent a password to us sends it with every request that any page triggers, so a password only
 * counts if no page of another origin is behind the request. A key is sent by the program that has it.
 */
export function credentialsOfHeader(
  request: FastifyRequest,
  settings: Pick<EdgeSettings, "publicUrl">,
): Credentials | undefined {
  const [scheme, value] = splitOnce(request.headers.authorization ?? "", " ");
  if (value === undefined || value.trim() === "") return undefined;
  if (scheme.toLowerCase() === "bearer") return { kind: "key", text: value.trim() };
  if (scheme.toLowerCase() !== "basic" || isSentByForeignPage(request, settings)) return undefined;
  const [email, password] = splitOnce(Buffer.from(value, "base64").toString("utf8"), ":");
  return password === undefined ? undefined : { kind: "password", email, password };
}

/** A key among request parameters, from any source: query, JSON body or form fields. */
export function credentialsOfParameters(find: (name: string) => unknown): Credentials | undefined {
  for (const name of keyParameters) {
    const text = find(name);
    if (typeof text === "string" && text !== "") return { kind: "key", text };
  }
  return undefined;
}

/** The same where the operator may forbid it: the refusal says so, or the caller would suspect the key. */
export function credentialsOfAllowedParameters(
  find: (name: string) => unknown,
  { allowsKeyInQuery }: Pick<EdgeSettings, "allowsKeyInQuery">,
): Credentials | undefined {
  const found = credentialsOfParameters(find);
  if (found === undefined || allowsKeyInQuery) return found;
  throw new RequestError("keyInQueryRefused", "Send the API key in the Authorization header.");
}

/** True for a script that puts its key where a page never would: in the query, or in a field of its form. */
export function showsKey(request: Pick<FastifyRequest, "url">, fields?: ReadonlyMap<string, string>): boolean {
  const query = queryParameters(request);
  return credentialsOfParameters((name) => query.get(name) ?? fields?.get(name)) !== undefined;
}

/** The `user` and `pass` fields of an upload form: the account's own e-mail and password. */
export function credentialsOfLoginFields(fields: ReadonlyMap<string, string>): Credentials | undefined {
  const email = fields.get("user");
  const password = fields.get("pass");
  if (email === undefined || email === "" || password === undefined || password === "") return undefined;
  return { kind: "password", email, password };
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

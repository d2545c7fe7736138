import type { IncomingHttpHeaders } from "node:http";

/** What a request offers as proof of who sends it. */
export type Credentials = { kind: "key"; text: string } | { kind: "password"; email: string; password: string };

/** The guide names a header and a request parameter without saying how the latter is spelled; these are in use. */
const keyParameters = ["api_key", "apikey", "key"] as const;

export function credentialsOfHeader(headers: IncomingHttpHeaders): Credentials | undefined {
  const [scheme, value] = splitOnce(headers.authorization ?? "", " ");
  if (value === undefined || value.trim() === "") return undefined;
  if (scheme.toLowerCase() === "bearer") return { kind: "key", text: value.trim() };
  if (scheme.toLowerCase() !== "basic") return undefined;
  const [email, password] = splitOnce(Buffer.from(value, "base64").toString("utf8"), ":");
  return password === undefined ? undefined : { kind: "password", email, password };
}

/** A key among request parameters, wherever those came from: query, JSON body or form fields. */
export function credentialsOfParameters(find: (name: string) => unknown): Credentials | undefined {
  for (const name of keyParameters) {
    const text = find(name);
    if (typeof text === "string" && text !== "") return { kind: "key", text };
  }
  return undefined;
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

import assert from "node:assert/strict";
import { request } from "node:http";
import { refusalReasons } from "@consigne/contract";
import { type Account, fullScopes, type KeyScopes, type NewApiKey, type PlanId } from "@consigne/core";
import { ApiClient, type ApiAnswer, type TestServer } from "@consigne/testkit";

/** JDownloader compares the whole value with this one. */
export const JSON_TYPE = "application/json; charset=utf-8";
export const WIRE_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;
export const WHIRLPOOL = /^[0-9a-f]{128}$/;
/** The hash of the bytes "hello". */
export const HELLO_WHIRLPOOL =
  "0a25f55d7308eca6b9567a7ed3bd1b46327f0f1ffdc804dd8bb5af40e88d78b8" +
  "8df0d002a89e2fdbd5876c523f1b67bc44e9f87047598e7548298ea1c81cfd73";

/** Asserts a refusal: never a 2xx, one line of JSON, `message` before `status`, the number at the end. */
export function assertRefusal(answer: ApiAnswer, status?: number, number?: number): void {
  assert.ok(answer.status >= 400 && answer.status < 600, `${answer.status}: ${answer.text}`);
  if (status !== undefined) assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers.get("content-type"), JSON_TYPE, answer.text);
  assert.doesNotMatch(answer.text, /\n/);
  const { reason, reason_value: value, received_size: received, size, ...always } = answer.json ?? {};
  assert.deepEqual(Object.keys(always), ["message", "status"], answer.text);
  const isArriving = String(answer.json?.["message"]).endsWith(" #600");
  assert.deepEqual([typeof received, typeof size], Array(2).fill(isArriving ? "number" : "undefined"), answer.text);
  if (reason !== undefined) {
    assert.ok((refusalReasons as readonly unknown[]).includes(reason), answer.text);
    assert.match(String(answer.json?.["message"]), / #550$/);
  }
  assert.ok(value === undefined || (reason !== undefined && typeof value === "string"), answer.text);
  assert.equal(answer.json?.["status"], "KO");
  const message = String(answer.json?.["message"]);
  assert.match(message, /^[^#]+ #\d{1,3}$/);
  if (number !== undefined) assert.match(message, new RegExp(`#${number}$`));
}

/** Asserts a page that cannot be framed, loads nothing from elsewhere and leaves nothing in the browser. */
export function assertSafePage({ headers, text }: ApiAnswer, name: string): void {
  const policy = headers.get("content-security-policy") ?? "";
  for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"]) {
    assert.ok(policy.split(/; ?/).includes(rule), `${name}: ${rule} in "${policy}"`);
  }
  const nothing = "SID=deleted; Max-Age=0";
  assert.ok((headers.get("set-cookie") ?? nothing).startsWith(nothing), name);
  assert.equal(headers.get("x-content-type-options"), "nosniff", name);
  assert.equal(headers.get("referrer-policy"), "same-origin", name);
  // A template's content is in no document, so its handlers do not run.
  const shown = text.replaceAll(/<template>[^]*?<\/template>/g, "");
  if (!/^(?:docs|console\.app)/.test(name)) assert.doesNotMatch(shown, /<script|<iframe|\son\w+=/i, name);
}

export interface RawAnswer extends ApiAnswer {
  rawHeaders: Record<string, string | string[] | undefined>;
}

/** A request with any `Host`, which fetch does not allow. */
export async function send(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer; setHost?: boolean } = {},
): Promise<RawAnswer> {
  const { method = "GET", headers = {}, body, setHost = true } = options;
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const sent = request(url, { method, headers: { ...length, ...headers }, agent: false, setHost }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const plain = Object.entries(response.headers).map(([name, value]): [string, string] => [
          name,
          [value].flat().join(", "),
        ]);
        resolve({
          status: response.statusCode ?? 0,
          headers: new Headers(plain),
          rawHeaders: response.headers,
          text,
          json: parsed(text),
        });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
export const basic = (email: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${email}:${password}`).toString("base64")}`,
});

export async function uploadOne(
  client: ApiClient,
  name = "a.bin",
  content: string | Uint8Array<ArrayBuffer> = "hello",
  fields: Readonly<Record<string, string>> = {},
): Promise<string> {
  const [link] = await client.upload({ [name]: content }, fields);
  assert.ok(link !== undefined, "the report has no link");
  return link.download;
}

/** Only the id in a file link. */
export const idOf = (url: string): string => url.slice(url.indexOf("?") + 1);

export async function makeFolder(client: ApiClient, name: string, parentId = 0): Promise<number> {
  return Number((await client.ok("folder/mkdir", { name, folder_id: parentId }))["folder_id"]);
}

export interface Person {
  account: Account;
  email: string;
  password: string;
  key: string;
  keyId: string;
  client: ApiClient;
}

/** Another account of the server, with a key. */
export async function addPerson(
  server: TestServer,
  email: string,
  options: { plan?: PlanId; key?: Partial<NewApiKey>; isAdmin?: boolean } = {},
): Promise<Person> {
  const password = `password of ${email}`;
  const plan = options.plan ?? "unlimited";
  const account = await server.services.accounts.create("operator", {
    email,
    password,
    planId: plan,
    isAdmin: options.isAdmin ?? false,
  });
  const { text, id, client } = await addKey(server, account, options.key);
  return { account, email, password, key: text, keyId: id, client };
}

export async function addKey(
  server: TestServer,
  account: Account,
  input: Partial<NewApiKey> = {},
): Promise<{ text: string; id: string; client: ApiClient }> {
  const { key, text } = await server.services.keys.create("operator", account, { name: "key of a test", ...input });
  return { text, id: key.id, client: new ApiClient(server, text) };
}

export const readOnlyScopes: KeyScopes = Object.fromEntries(
  Object.keys(fullScopes).map((area) => [area, "read"]),
) as KeyScopes;

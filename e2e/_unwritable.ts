import assert from "node:assert/strict";
import type { ServerProcess } from "./_server-process.ts";

const ADMINISTRATOR = "admin@localhost";
const PASSWORD = "a password of the test";

/** Settings of a server whose administrator signs in here. */
export const administrator = { CONSIGNE_ADMIN_EMAIL: ADMINISTRATOR, CONSIGNE_ADMIN_PASSWORD: PASSWORD };

export async function listed(server: ServerProcess): Promise<{ url: string; filename: string }[]> {
  return (await server.api.ok("file/ls"))["items"] as { url: string; filename: string }[];
}

const post = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(url, { method: "POST", body: new URLSearchParams(fields), headers: { accept: "text/html", ...headers } });

/** The cookie of a new session. @throws if nobody is signed in */
export async function signIn(server: ServerProcess): Promise<Record<string, string>> {
  const answer = await post(`${server.url}/login.pl`, { mail: ADMINISTRATOR, pass: PASSWORD });
  assert.equal(answer.status, 200, await answer.text());
  return { cookie: /SID=\w+/.exec(answer.headers.get("set-cookie") ?? "")?.[0] ?? "" };
}

async function signOut(server: ServerProcess, cookie: Record<string, string>): Promise<string> {
  const form = await (await fetch(`${server.url}/logout.pl`, { headers: { accept: "text/html", ...cookie } })).text();
  const token = /name="b" value="(\w+)"/.exec(form)?.[1] ?? "";
  const answer = await post(`${server.url}/logout.pl`, { a: "1", b: token }, cookie);
  assert.match(answer.headers.get("set-cookie") ?? "", /SID=deleted/);
  return answer.text();
}

export async function signInAndOut(server: ServerProcess, said: RegExp): Promise<void> {
  assert.match(await signOut(server, await signIn(server)), said);
}

/** Nothing can be written: pages say so and change nothing, and signing out removes the session from the browser. */
export async function pagesTell(server: ServerProcess, cookie: Record<string, string>): Promise<void> {
  for (const [language, said] of [
    ["en", /nobody can sign in: its disk is full or read-only/],
    ["fr", /personne ne peut se connecter\u00a0: son disque est plein ou en lecture seule/],
  ] as const) {
    const fields = { mail: ADMINISTRATOR, pass: PASSWORD, lg: language };
    const refused = await post(`${server.url}/login.pl`, fields);
    assert.ok([503, 507].includes(refused.status), `${refused.status}`);
    assert.match(await refused.text(), said);
    assert.equal(refused.headers.get("set-cookie"), null);
  }
  const page = { headers: { accept: "text/html", ...cookie } };
  assert.equal((await fetch(`${server.url}/console/index.pl`, page)).status, 200, "a session continues");
  assert.match(await signOut(server, cookie), /the server could not end the session/);
}

/** Nothing can be changed, callers are told so, and no path of this machine is revealed. */
export async function callsTell(server: ServerProcess, url: string): Promise<void> {
  const readiness = await fetch(`${server.url}/readyz`);
  const reason = await readiness.text();
  assert.equal(readiness.status, 503, reason);
  assert.match(reason, /no room|cannot be written/);
  assert.doesNotMatch(reason, /\/|sqlite/);
  for (const [path, body] of [
    ["folder/mkdir", { name: "no" }],
    ["file/rm", { files: [{ url }] }],
  ] as const) {
    const { status, text } = await server.api.call(path, body);
    assert.ok(status >= 500, `${path}: ${status}`);
    assert.match(text, /nothing was changed/, path);
  }
}

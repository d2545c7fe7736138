import assert from "node:assert/strict";
import type { TestServer } from "@consigne/testkit";
import { Browser } from "./_browser.ts";
import { type Person, send } from "./_wire.ts";

/** A call that is refused because of its input. */
export interface RefusedCall {
  url: string;
  headers: Record<string, string>;
  body: object;
}

/** The calls about the user's own account, with possible inputs. */
export const ownCalls: Readonly<Record<string, object>> = {
  "account.show": {},
  "account.change": {},
  "account.verify": { password: "x" },
  "account.password": { new_password: "a rather long sentence" },
  "account.email": { email: "new@example.org" },
  "account.export": {},
  "account.contents": {},
  "account.delete": { email: "nobody@example.org" },
  "session.ls": {},
  "session.rm": { others: 1 },
  "activity.list": {},
};

/** The same for administrators. */
export const adminCalls: Readonly<Record<string, object>> = {
  "admin.show": {},
  "admin.user.ls": {},
  "admin.user.change": { email: "nobody@example.org", locked: 0 },
  "admin.key.ls": { email: "nobody@example.org" },
  "admin.key.revoke": { id: "nosuchkey" },
  "admin.lock.ls": {},
  "admin.lock.release": { id: "nosuchlock" },
  "admin.job.ls": {},
  "admin.job.retry": { id: "nosuchjob" },
  "admin.job.cancel": { id: "nosuchjob" },
  "admin.job.show": { id: "nosuchjob" },
  "admin.settings": {},
  "admin.storage.check": {},
  "admin.invitation.ls": {},
  "admin.invitation.add": { email: "invited@example.org" },
  "admin.invitation.resend": { id: "nosuchinvitation" },
  "admin.invitation.rm": { id: "nosuchinvitation" },
};

export type SignedInCalls = (bodies: Readonly<Record<string, object>>) => Record<string, RefusedCall>;

/** Calls as one of our pages, for somebody who has just signed in. */
export async function callsOfSession(
  server: TestServer,
  { email, password }: Pick<Person, "email" | "password">,
): Promise<SignedInCalls> {
  const browser = new Browser(server);
  await browser.signIn(email, password);
  const headers = { ...browser.cookieHeader(), "consigne-session": "1", origin: server.url };
  return (bodies) =>
    Object.fromEntries(
      Object.entries(bodies).map(([operation, body]) => [operation, { url: server.url, headers, body }]),
    );
}

/** After as many mails as are allowed per hour. */
export async function callsOfLetters(signedIn: SignedInCalls): Promise<Record<string, RefusedCall>> {
  return afterLetters(signedIn({ "account.email": { email: "new@example.org" } }), "account.email");
}

/** The same for invitations sent by an administrator. */
export async function callsOfInvitations(
  administrator: SignedInCalls,
  /** Invites somebody; returns the id. */
  invite: (email: string) => Promise<string>,
): Promise<Record<string, RefusedCall>> {
  const id = await invite("again@example.org");
  const resent = administrator({ "admin.invitation.resend": { id } });
  const added = administrator({ "admin.invitation.add": { email: "flooded@example.org" } });
  return {
    ...(await afterLetters(resent, "admin.invitation.resend")),
    ...(await afterLetters(added, "admin.invitation.add")),
  };
}

async function afterLetters(
  calls: Record<string, RefusedCall>,
  operation: string,
): Promise<Record<string, RefusedCall>> {
  const { url, headers, body } = calls[operation] ?? assert.fail();
  for (let letters = 0; letters < 3; letters++)
    await send(`${url}/x/v1/${operation.replaceAll(".", "/")}`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return calls;
}

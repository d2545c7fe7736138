import { hash } from "node:crypto";
import {
  type Clock,
  type Database,
  type InvitationEnd,
  type MailedTokenEnd,
  newMailedToken,
  newRecordId,
} from "@consigne/core";
import type { RawAnswer } from "./_wire.ts";

type Question = () => Promise<RawAnswer>;

const HTML = "text/html; charset=utf-8";
const HOUR_MS = 3_600_000;

/** A token as in a mail. */
export async function mailToken(
  { database, clock }: { database: Database; clock: Clock },
  accountId: string,
  endedAs?: MailedTokenEnd,
  /** Makes it one that confirms a new address. */
  newEmail?: string,
): Promise<string> {
  const text = newMailedToken();
  const now = clock.now();
  await database.mailedTokens.issue({
    id: newRecordId(),
    hash: hash("sha256", text, "hex"),
    purpose: newEmail === undefined ? "password-reset" : "email-change",
    email: newEmail,
    accountId,
    createdAt: now,
    endsAt: new Date(now.getTime() + HOUR_MS),
    ended: endedAs === undefined ? undefined : { as: endedAs, at: now },
  });
  return text;
}

/** The token of an invitation, as in a mail. */
export async function invitationToken(
  { database, clock }: { database: Database; clock: Clock },
  endedAs?: InvitationEnd,
  email = `${newRecordId()}@example.org`,
): Promise<string> {
  const text = newMailedToken();
  const now = clock.now();
  await database.invitations.create({
    id: newRecordId(),
    email,
    planId: "free",
    quotaBytes: undefined,
    language: "en",
    invitedBy: undefined,
    hash: hash("sha256", text, "hex"),
    createdAt: now,
    mailedAt: now,
    endsAt: new Date(now.getTime() + HOUR_MS),
    ended: endedAs === undefined ? undefined : { as: endedAs, at: now },
  });
  return text;
}

/** A request for each documented answer about a forgotten password. */
export function resetQuestions(asking: {
  at: (path: string) => Promise<RawAnswer>;
  post: (path: string, body: string, headers?: Record<string, string>) => Promise<RawAnswer>;
  /** A token for a new account, which may be locked. */
  token: (endedAs?: MailedTokenEnd, isLocked?: boolean) => Promise<string>;
  /** The fields that confirm an address, which may be another account's. */
  confirmation: (endedAs?: MailedTokenEnd, newEmail?: string) => Promise<{ token: string; pass: string }>;
  takenEmail: string;
  /** The token of a new invitation, possibly to an address that has an account. */
  invitation: (endedAs?: InvitationEnd, email?: string) => Promise<string>;
  fromAnotherSite: Record<string, string>;
}): Readonly<Record<string, Question | readonly Question[]>> {
  const { at, post, token, confirmation, fromAnotherSite } = asking;
  const confirm = async (changes: { pass?: string; newEmail?: string }, headers?: Record<string, string>) => {
    const { newEmail, ...fields } = changes;
    const form = new URLSearchParams({ ...(await confirmation(undefined, newEmail)), ...fields });
    return post("/confirm.pl", String(form), headers);
  };
  const set = async (password: string, again = password) =>
    post("/reset.pl", `token=${await token()}&pass=${password}&pass_again=${again}`);
  const accept = async (
    fields: { pass?: string; again?: string; email?: string },
    headers?: Record<string, string>,
  ) => {
    const { pass = "a-new-password", again = pass, email } = fields;
    const token = await asking.invitation(undefined, email);
    return post("/invitation.pl", `token=${token}&pass=${pass}&pass_again=${again}`, headers);
  };
  return {
    [`invitation.accept 200 ${HTML}`]: [
      async () => at(`/fr/invitation.pl?token=${await asking.invitation()}`),
      () => accept({}),
    ],
    [`invitation.accept 400 ${HTML}`]: [() => accept({ pass: "short" }), () => accept({ again: "another-password" })],
    [`invitation.accept 403 ${HTML}`]: () => accept({}, fromAnotherSite),
    [`invitation.accept 404 ${HTML}`]: [
      () => at("/invitation.pl"),
      async () => at(`/invitation.pl?token=${await token()}`),
    ],
    [`invitation.accept 409 ${HTML}`]: () => accept({ email: asking.takenEmail }),
    [`invitation.accept 410 ${HTML}`]: [
      async () => at(`/fr/invitation.pl?token=${await asking.invitation("revoked")}`),
      async () => at(`/invitation.pl?token=${await asking.invitation("accepted")}`),
    ],
    [`password.forgotten 200 ${HTML}`]: [
      () => at("/forgotten.pl"),
      () => post("/fr/forgotten.pl", "mail=nobody@example.org"),
    ],
    [`password.forgotten 400 ${HTML}`]: () => post("/forgotten.pl", "mail=nobody"),
    [`password.forgotten 403 ${HTML}`]: () => post("/forgotten.pl", "mail=nobody@example.org", fromAnotherSite),
    [`password.forgotten 429 ${HTML}`]: async () => {
      for (;;) {
        const answer = await post("/forgotten.pl", "mail=nobody@example.org");
        if (answer.status !== 200) return answer;
      }
    },
    [`password.reset 200 ${HTML}`]: [async () => at(`/reset.pl?token=${await token()}`), () => set("a-new-password")],
    [`password.reset 400 ${HTML}`]: [() => set("short"), () => set("a-new-password", "another-password")],
    [`password.reset 403 ${HTML}`]: [
      async () =>
        post("/reset.pl", `token=${await token()}&pass=a-new-password&pass_again=a-new-password`, fromAnotherSite),
      async () => at(`/reset.pl?token=${await token(undefined, true)}`),
    ],
    [`password.reset 404 ${HTML}`]: [() => at("/reset.pl"), () => post("/reset.pl", "token=x")],
    [`password.reset 410 ${HTML}`]: [
      async () => at(`/fr/reset.pl?token=${await token("spent")}`),
      async () => at(`/reset.pl?token=${await token("replaced")}`),
    ],
    [`email.confirm 200 ${HTML}`]: [
      async () => at(`/confirm.pl?token=${(await confirmation()).token}`),
      () => confirm({}),
    ],
    [`email.confirm 403 ${HTML}`]: [() => confirm({ pass: "wrong" }), () => confirm({}, fromAnotherSite)],
    [`email.confirm 404 ${HTML}`]: [() => at("/confirm.pl"), async () => at(`/confirm.pl?token=${await token()}`)],
    [`email.confirm 409 ${HTML}`]: () => confirm({ newEmail: asking.takenEmail }),
    [`email.confirm 410 ${HTML}`]: async () => at(`/fr/confirm.pl?token=${(await confirmation("spent")).token}`),
  };
}

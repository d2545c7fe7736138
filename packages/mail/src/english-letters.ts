import type { LetterTexts } from "./letter-text.ts";

export const englishLetters: LetterTexts = {
  "password-reset": ({ to, token, endsAt }, links) => ({
    subject: "Set a new password for Consigne",
    lines: [
      `Somebody asked to reset the password of ${to}. To choose a new one, open this page:`,
      "",
      links.passwordReset(token),
      "",
      `The link works once, until ${time(endsAt)}. Opening the page changes nothing yet.`,
      "",
      "If it was not you, ignore this e-mail: your password stays as it is.",
    ],
  }),
  invitation: ({ to, token, endsAt, invitedBy }, links) => ({
    subject: "Your invitation to Consigne",
    lines: [
      `${invitedBy ?? "The person who runs the server"} has invited you to Consigne, a service for storing and sharing files. To choose a password and open your account ${to}, open this page:`,
      "",
      links.invitation(token),
      "",
      `The link works once, until ${time(endsAt)}. Opening the page changes nothing yet.`,
      "",
      "If you did not expect an invitation, ignore this e-mail: no account will be created.",
    ],
  }),
  "password-changed": ({ to, at, from, endedKeys }, links) => ({
    subject: "Your password for Consigne was changed",
    lines: [
      `The password of ${to} was changed on ${time(at)}, ${by(from)}. All other sessions were ended; ${endedKeys ? "all API keys were revoked" : "API keys work as before"}.`,
      "",
      "If you did this or asked for it, there is nothing to do. If not, set a new password now, and revoke API keys you do not know:",
      "",
      links.forgottenPassword(),
    ],
  }),
  "email-change": ({ to, token, endsAt }, links) => ({
    subject: "Confirm your new e-mail address for Consigne",
    lines: [
      `Somebody asked to make ${to} the e-mail address of their Consigne account. If it was you, open this page and enter your password:`,
      "",
      links.emailConfirmation(token),
      "",
      `The link works once, until ${time(endsAt)}. Opening the page changes nothing yet.`,
      "",
      "If it was not you, ignore this e-mail: nothing will change.",
    ],
  }),
  "email-changed": ({ to, at, from }) => ({
    subject: "The e-mail address of your Consigne account was changed",
    lines: [
      `The e-mail address ${to} of your Consigne account was replaced on ${time(at)}, ${by(from)}. You can no longer sign in with ${to}.`,
      "",
      "If you did this or asked for it, there is nothing to do. If not, tell whoever runs the server now: they can change the address back.",
    ],
  }),
  "key-made": ({ to, at, from, name, hint }, links) => ({
    subject: "A new API key for Consigne",
    lines: [
      `The API key "${name}" (${hint}...) was created for ${to} on ${time(at)}, ${by(from)}. Programs can use your account with it, without your password.`,
      "",
      "If it was you or a program of yours, there is nothing to do. If not, revoke the key and change your password now:",
      "",
      links.keys(),
    ],
  }),
  "account-deleted": ({ to, at, from, removesAt }) => ({
    subject: "Your Consigne account was deleted",
    lines: [
      `The account ${to} was deleted on ${time(at)}, ${by(from)}. It is locked: nobody can sign in, and its links and API keys have stopped working.`,
      "",
      `On ${time(removesAt)} it is removed with all its files. Until then whoever runs the server can restore it.`,
      "",
      "If you did this, there is nothing to do. If not, tell whoever runs the server now.",
    ],
  }),
};

/** Who did it: the operator has no address that would mean anything to the reader. */
function by(from: string | undefined): string {
  return from === undefined ? "by whoever runs the server" : `from ${from}`;
}

/** Mail is read anywhere, so the time zone is included. */
function time(at: Date): string {
  const form = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  return `${form.format(at)} UTC`;
}

import type { Letter, MailLanguage } from "@consigne/core";

/** A letter as people read it. */
export interface LetterText {
  subject: string;
  text: string;
}

export interface LetterLinks {
  /** Page on which the password is set. */
  passwordReset(token: string): string;
  /** Page on which somebody confirms that an address is theirs. */
  emailConfirmation(token: string): string;
  /** Page on which somebody who was invited makes an account. */
  invitation(token: string): string;
  /** Page on which somebody asks for a link to set the password. */
  forgottenPassword(): string;
  /** Page of the API keys. */
  keys(): string;
}

type TextOf<Kind extends Letter["kind"]> = (
  letter: Letter & { kind: Kind },
  links: LetterLinks,
) => { subject: string; lines: string[] };
type Texts = { [Kind in Letter["kind"]]: TextOf<Kind> };

const texts: Record<MailLanguage, Texts> = {
  en: {
    "password-reset": ({ to, token, endsAt }, links) => ({
      subject: "Set a new password for Consigne",
      lines: [
        `Somebody asked to reset the password of ${to}. To choose a new one, open this page:`,
        "",
        links.passwordReset(token),
        "",
        `The link works once, until ${time("en", endsAt)}. Opening the page changes nothing yet.`,
        "",
        "If it was not you, ignore this mail: your password stays as it is.",
      ],
    }),
    invitation: ({ to, token, endsAt, invitedBy }, links) => ({
      subject: "Your invitation to Consigne",
      lines: [
        `${invitedBy ?? "Whoever runs the server"} invites you to Consigne, a service that keeps files and shares them by links. To choose a password and open your account ${to}, open this page:`,
        "",
        links.invitation(token),
        "",
        `The link works once, until ${time("en", endsAt)}. Opening the page changes nothing yet.`,
        "",
        "If you expected no invitation, ignore this mail: there will be no account.",
      ],
    }),
    "password-changed": ({ to, at, from, endedKeys }, links) => ({
      subject: "Your password for Consigne was changed",
      lines: [
        `The password of ${to} was changed on ${time("en", at)}, ${by("en", from)}. Everybody else who was signed in has to sign in again; ${endedKeys ? "all API keys were ended" : "API keys work as before"}.`,
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
        `The link works once, until ${time("en", endsAt)}. Opening the page changes nothing yet.`,
        "",
        "If it was not you, ignore this mail: nothing will change.",
      ],
    }),
    "email-changed": ({ to, at, from }) => ({
      subject: "The e-mail address of your Consigne account was changed",
      lines: [
        `The e-mail address ${to} of your Consigne account was replaced on ${time("en", at)}, ${by("en", from)}. You can no longer sign in with ${to}.`,
        "",
        "If you did this or asked for it, there is nothing to do. If not, tell whoever runs the server now: they can change the address back.",
      ],
    }),
    "key-made": ({ to, at, from, name, hint }, links) => ({
      subject: "A new API key for Consigne",
      lines: [
        `The API key "${name}" (${hint}...) was made for ${to} on ${time("en", at)}, ${by("en", from)}. Programs can use your account with it, without your password.`,
        "",
        "If it was you or a program of yours, there is nothing to do. If not, revoke the key and change your password now:",
        "",
        links.keys(),
      ],
    }),
    "account-deleted": ({ to, at, from, removesAt }) => ({
      subject: "Your Consigne account was deleted",
      lines: [
        `The account ${to} was deleted on ${time("en", at)}, ${by("en", from)}. It is locked: nobody can sign in, and its links and API keys have stopped working.`,
        "",
        `On ${time("en", removesAt)} it is removed with all its files. Until then whoever runs the server can bring it back.`,
        "",
        "If you did this, there is nothing to do. If not, tell whoever runs the server now.",
      ],
    }),
  },
  fr: {
    "password-reset": ({ to, token, endsAt }, links) => ({
      subject: "Choisir un nouveau mot de passe pour Consigne",
      lines: [
        `Quelqu’un a demandé à réinitialiser le mot de passe de ${to}. Pour en choisir un nouveau, ouvrez cette page :`,
        "",
        links.passwordReset(token),
        "",
        `Le lien fonctionne une seule fois, jusqu’au ${time("fr", endsAt)}. Ouvrir la page ne change encore rien.`,
        "",
        "Si ce n’était pas vous, ignorez ce message : votre mot de passe reste le même.",
      ],
    }),
    invitation: ({ to, token, endsAt, invitedBy }, links) => ({
      subject: "Votre invitation à Consigne",
      lines: [
        `${invitedBy ?? "La personne qui gère le serveur"} vous invite à Consigne, un service qui garde des fichiers et les partage par des liens. Pour choisir un mot de passe et ouvrir votre compte ${to}, ouvrez cette page :`,
        "",
        links.invitation(token),
        "",
        `Le lien fonctionne une seule fois, jusqu’au ${time("fr", endsAt)}. Ouvrir la page ne change encore rien.`,
        "",
        "Si vous n’attendiez pas d’invitation, ignorez ce message : aucun compte ne sera créé.",
      ],
    }),
    "password-changed": ({ to, at, from, endedKeys }, links) => ({
      subject: "Votre mot de passe pour Consigne a été modifié",
      lines: [
        `Le mot de passe de ${to} a été modifié le ${time("fr", at)}, ${by("fr", from)}. Toutes les autres sessions ouvertes sont terminées ; ${endedKeys ? "toutes les clés d’API ont pris fin" : "les clés d’API fonctionnent comme avant"}.`,
        "",
        "Si c’était vous, ou si vous l’avez demandé, il n’y a rien à faire. Sinon, choisissez tout de suite un nouveau mot de passe et révoquez les clés d’API que vous ne connaissez pas :",
        "",
        links.forgottenPassword(),
      ],
    }),
    "email-change": ({ to, token, endsAt }, links) => ({
      subject: "Confirmer votre nouvelle adresse e-mail pour Consigne",
      lines: [
        `Quelqu’un a demandé à faire de ${to} l’adresse e-mail de son compte Consigne. Si c’était vous, ouvrez cette page et saisissez votre mot de passe :`,
        "",
        links.emailConfirmation(token),
        "",
        `Le lien fonctionne une seule fois, jusqu’au ${time("fr", endsAt)}. Ouvrir la page ne change encore rien.`,
        "",
        "Si ce n’était pas vous, ignorez ce message : rien ne changera.",
      ],
    }),
    "email-changed": ({ to, at, from }) => ({
      subject: "L’adresse e-mail de votre compte Consigne a été modifiée",
      lines: [
        `L’adresse e-mail ${to} de votre compte Consigne a été remplacée le ${time("fr", at)}, ${by("fr", from)}. Vous ne pouvez plus vous connecter avec ${to}.`,
        "",
        "Si c’était vous, ou si vous l’avez demandé, il n’y a rien à faire. Sinon, prévenez tout de suite la personne qui gère le serveur : elle peut rétablir l’adresse.",
      ],
    }),
    "key-made": ({ to, at, from, name, hint }, links) => ({
      subject: "Une nouvelle clé d’API pour Consigne",
      lines: [
        `La clé d’API « ${name} » (${hint}...) a été créée pour ${to} le ${time("fr", at)}, ${by("fr", from)}. Elle permet à un programme d’utiliser votre compte sans votre mot de passe.`,
        "",
        "Si c’était vous ou un de vos programmes, il n’y a rien à faire. Sinon, révoquez la clé et changez tout de suite votre mot de passe :",
        "",
        links.keys(),
      ],
    }),
    "account-deleted": ({ to, at, from, removesAt }) => ({
      subject: "Votre compte Consigne a été supprimé",
      lines: [
        `Le compte ${to} a été supprimé le ${time("fr", at)}, ${by("fr", from)}. Il est verrouillé : personne ne peut s’y connecter, et ses liens et ses clés d’API ne fonctionnent plus.`,
        "",
        `Il sera effacé avec tous ses fichiers le ${time("fr", removesAt)}. D’ici là, la personne qui gère le serveur peut le rétablir.`,
        "",
        "Si c’était vous, il n’y a rien à faire. Sinon, prévenez tout de suite la personne qui gère le serveur.",
      ],
    }),
  },
};

export function letterText(letter: Letter, links: LetterLinks): LetterText {
  // One letter, its own kind: the table has a text for each, which the compiler cannot follow through the index.
  const textOf = texts[letter.language][letter.kind] as (
    letter: Letter,
    links: LetterLinks,
  ) => ReturnType<TextOf<Letter["kind"]>>;
  const { subject, lines } = textOf(letter, links);
  return { subject, text: `${lines.join("\n")}\n` };
}

/** Who did it: whoever runs the server has no address that would tell the reader anything. */
function by(language: MailLanguage, from: string | undefined): string {
  if (language === "en") return from === undefined ? "by whoever runs the server" : `from ${from}`;
  return from === undefined ? "par la personne qui gère le serveur" : `depuis ${from}`;
}

/** Mail is read anywhere, so the zone is said. */
function time(language: MailLanguage, at: Date): string {
  const form = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "fr-FR", {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: "UTC",
  });
  return `${form.format(at)} UTC`;
}

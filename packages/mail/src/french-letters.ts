import type { LetterTexts } from "./letter-text.ts";

export const frenchLetters: LetterTexts = {
  "password-reset": ({ to, token, endsAt }, links) => ({
    subject: "Choisir un nouveau mot de passe pour Consigne",
    lines: [
      `Quelqu’un a demandé à réinitialiser le mot de passe de ${to}. Pour en choisir un nouveau, ouvrez cette page :`,
      "",
      links.passwordReset(token),
      "",
      `Le lien fonctionne une seule fois, jusqu’au ${time(endsAt)}. Ouvrir la page ne change encore rien.`,
      "",
      "Si ce n’était pas vous, ignorez ce message : votre mot de passe reste le même.",
    ],
  }),
  invitation: ({ to, token, endsAt, invitedBy }, links) => ({
    subject: "Votre invitation à Consigne",
    lines: [
      `${invitedBy ?? "La personne qui gère le serveur"} vous invite à Consigne, un service qui garde des fichiers et les partage par des liens. Pour choisir un mot de passe et ouvrir votre compte ${to}, ouvrez cette page :`,
      "",
      links.invitation(token),
      "",
      `Le lien fonctionne une seule fois, jusqu’au ${time(endsAt)}. Ouvrir la page ne change encore rien.`,
      "",
      "Si vous n’attendiez pas d’invitation, ignorez ce message : aucun compte ne sera créé.",
    ],
  }),
  "password-changed": ({ to, at, from, endedKeys }, links) => ({
    subject: "Votre mot de passe pour Consigne a été modifié",
    lines: [
      `Le mot de passe de ${to} a été modifié le ${time(at)}, ${by(from)}. Toutes les autres sessions ouvertes sont terminées ; ${endedKeys ? "toutes les clés d’API ont pris fin" : "les clés d’API fonctionnent comme avant"}.`,
      "",
      "Si c’était vous, ou si vous l’avez demandé, il n’y a rien à faire. Sinon, choisissez tout de suite un nouveau mot de passe et révoquez les clés d’API que vous ne connaissez pas :",
      "",
      links.forgottenPassword(),
    ],
  }),
  "email-change": ({ to, token, endsAt }, links) => ({
    subject: "Confirmer votre nouvelle adresse e-mail pour Consigne",
    lines: [
      `Quelqu’un a demandé à faire de ${to} l’adresse e-mail de son compte Consigne. Si c’était vous, ouvrez cette page et saisissez votre mot de passe :`,
      "",
      links.emailConfirmation(token),
      "",
      `Le lien fonctionne une seule fois, jusqu’au ${time(endsAt)}. Ouvrir la page ne change encore rien.`,
      "",
      "Si ce n’était pas vous, ignorez ce message : rien ne changera.",
    ],
  }),
  "email-changed": ({ to, at, from }) => ({
    subject: "L’adresse e-mail de votre compte Consigne a été modifiée",
    lines: [
      `L’adresse e-mail ${to} de votre compte Consigne a été remplacée le ${time(at)}, ${by(from)}. Vous ne pouvez plus vous connecter avec ${to}.`,
      "",
      "Si c’était vous, ou si vous l’avez demandé, il n’y a rien à faire. Sinon, prévenez tout de suite la personne qui gère le serveur : elle peut rétablir l’adresse.",
    ],
  }),
  "key-made": ({ to, at, from, name, hint }, links) => ({
    subject: "Une nouvelle clé d’API pour Consigne",
    lines: [
      `La clé d’API « ${name} » (${hint}...) a été créée pour ${to} le ${time(at)}, ${by(from)}. Elle permet à un programme d’utiliser votre compte sans votre mot de passe.`,
      "",
      "Si c’était vous ou un de vos programmes, il n’y a rien à faire. Sinon, révoquez la clé et changez tout de suite votre mot de passe :",
      "",
      links.keys(),
    ],
  }),
  "account-deleted": ({ to, at, from, removesAt }) => ({
    subject: "Votre compte Consigne a été supprimé",
    lines: [
      `Le compte ${to} a été supprimé le ${time(at)}, ${by(from)}. Il est verrouillé : personne ne peut s’y connecter, et ses liens et ses clés d’API ne fonctionnent plus.`,
      "",
      `Il sera effacé avec tous ses fichiers le ${time(removesAt)}. D’ici là, la personne qui gère le serveur peut le rétablir.`,
      "",
      "Si c’était vous, il n’y a rien à faire. Sinon, prévenez tout de suite la personne qui gère le serveur.",
    ],
  }),
};

/** Who did it: the operator has no address that would mean anything to the reader. */
function by(from: string | undefined): string {
  return from === undefined ? "par la personne qui gère le serveur" : `depuis ${from}`;
}

/** Mail is read anywhere, so the time zone is included. */
function time(at: Date): string {
  const form = new Intl.DateTimeFormat("fr-FR", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  return `${form.format(at)} UTC`;
}

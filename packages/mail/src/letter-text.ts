import type { Letter, MailLanguage } from "@consigne/core";

/** A letter as people read it. */
export interface LetterText {
  subject: string;
  text: string;
}

export interface LetterLinks {
  /** Page on which the password is set. */
  passwordReset(token: string): string;
  /** Page on which somebody asks for such a link. */
  forgottenPassword(): string;
}

type TextOf<Kind extends Letter["kind"]> = (
  letter: Extract<Letter, { kind: Kind }>,
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
    "password-changed": ({ to, at, from }, links) => ({
      subject: "Your password for Consigne was changed",
      lines: [
        `The password of ${to} was changed on ${time("en", at)}, from ${from}.`,
        "",
        "If it was you, there is nothing to do. If not, set a new password now:",
        "",
        links.forgottenPassword(),
      ],
    }),
  },
  fr: {
    "password-reset": ({ to, token, endsAt }, links) => ({
      subject: "Choisir un nouveau mot de passe pour Consigne",
      lines: [
        `Quelqu'un a demandé à réinitialiser le mot de passe de ${to}. Pour en choisir un nouveau, ouvrez cette page :`,
        "",
        links.passwordReset(token),
        "",
        `Le lien fonctionne une seule fois, jusqu'au ${time("fr", endsAt)}. Ouvrir la page ne change encore rien.`,
        "",
        "Si ce n'était pas vous, ignorez ce message : votre mot de passe reste le même.",
      ],
    }),
    "password-changed": ({ to, at, from }, links) => ({
      subject: "Votre mot de passe pour Consigne a été modifié",
      lines: [
        `Le mot de passe de ${to} a été modifié le ${time("fr", at)}, depuis ${from}.`,
        "",
        "Si c'était vous, il n'y a rien à faire. Sinon, choisissez tout de suite un nouveau mot de passe :",
        "",
        links.forgottenPassword(),
      ],
    }),
  },
};

export function letterText(letter: Letter, links: LetterLinks): LetterText {
  const ofLanguage = texts[letter.language];
  // One letter, its own kind: the table has a text for each, which the compiler cannot follow through the index.
  const { subject, lines } =
    letter.kind === "password-reset" ? ofLanguage[letter.kind](letter, links) : ofLanguage[letter.kind](letter, links);
  return { subject, text: `${lines.join("\n")}\n` };
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

import { plural } from "../plural.ts";
import type { resetEnglish } from "./reset-english.ts";

const keys = plural("fr", {
  one: "{n} clé d’API de ce compte fonctionne :",
  other: "{n} clés d’API de ce compte fonctionnent :",
});

const folders = plural("fr", {
  one: "{n} dossier a une page publique :",
  other: "{n} dossiers ont une page publique :",
});
const people = plural("fr", {
  one: "{n} dossier est partagé avec des personnes :",
  other: "{n} dossiers sont partagés avec des personnes :",
});
const links = plural("fr", {
  one: "{n} autre lien fonctionne :",
  other: "{n} autres liens fonctionnent :",
});
const files = plural("fr", {
  one: "{n} fichier et son propre lien restent",
  other: "{n} fichiers et leurs propres liens restent",
});

export const resetFrench: typeof resetEnglish = {
  link: "Mot de passe oublié ?",
  forgotten: {
    title: "Mot de passe oublié",
    text: "Indiquez l’adresse e-mail de votre compte. S’il existe, un lien pour choisir un nouveau mot de passe y est envoyé.",
    email: "Adresse e-mail",
    submit: "Envoyer le lien",
    badEmail: "Ce n’est pas une adresse e-mail. Rien n’a été envoyé.",
    tooMany: "Trop de liens ont été demandés. Réessayez dans une heure.",
    sentTitle: "Consultez votre messagerie",
    sent: (email: string) =>
      `S’il y a un compte pour ${email}, un lien pour choisir un nouveau mot de passe lui est envoyé. Il est valable une heure.`,
    sentAdvice: "Rien après quelques minutes ? Regardez dans les indésirables et vérifiez l’adresse.",
    outbox:
      "Ce serveur n’envoie pas d’e-mails. Le message est conservé dans le dossier outbox de son dossier de données ; demandez-le à la personne qui gère ce serveur.",
    toSignIn: "Retour à la connexion",
  },
  reset: {
    title: "Choisir un nouveau mot de passe",
    forAccount: "Compte",
    password: "Nouveau mot de passe",
    passwordAdvice: "Au moins 8 caractères.",
    passwordAgain: "Nouveau mot de passe, encore une fois",
    notSame: "Les deux mots de passe diffèrent. Rien n’a été modifié.",
    badPassword: "Un mot de passe a au moins 8 caractères et au plus 1 024 octets. Rien n’a été modifié.",
    keysTitle: "Clés d’API",
    keysAdvice:
      "Les programmes qui les utilisent n’ont pas besoin du mot de passe. Mettez-y fin si quelqu’un d’autre peut les avoir.",
    keysCount: (count: number) => keys(count),
    moreThanShown: "Il y en a plus que la liste n’en montre.",
    keyUsed: (time: string) => `utilisée le ${time}`,
    keyUnused: "jamais utilisée",
    keepKeys: "Garder les clés",
    endKeys: "Mettre fin à toutes les clés ; les programmes qui les utilisent seront refusés",
    sharesTitle: "Partages",
    sharesCount: (count) => folders(count),
    shareOpen: "ouvert à quiconque a le lien",
    shareWithPassword: "demande un mot de passe",
    peopleCount: (count) => people(count),
    mayChange: (email) => `${email} (peut le modifier)`,
    linksCount: (count) => links(count),
    linkMade: (time, guard) => `créé le ${time} ; ${guard}`,
    sharesAdvice: "Tout cela continue de fonctionner. Mettez-y fin si quelqu’un d’autre a pu le partager.",
    keepShares: "Continuer le partage",
    endShares: "Arrêter tout partage ; ces liens ne mènent alors plus nulle part et ces personnes n’ont plus accès",
    filesCount: (count) => `${files(count)} tels quels. Passez-les en revue une fois connecté.`,
    rest: "Le compte est déconnecté partout où il était connecté.",
    submit: "Enregistrer le mot de passe",
    doneTitle: "Le mot de passe est enregistré",
    done: "Connectez-vous maintenant avec lui. Le compte a été déconnecté partout ailleurs.",
    doneKept: "Les clés d’API fonctionnent comme avant.",
    doneSharesKept: "Les partages restent comme avant.",
    doneSharesEnded:
      "Plus aucun dossier n’est partagé et tous les autres liens sont désactivés. Les fichiers gardent leur propre lien.",
    doneEnded: "Les clés d’API ont pris fin. Créez-en de nouvelles pour les programmes qui en ont besoin.",
  },
  over: {
    title: "Ce lien ne peut pas être utilisé",
    spent: "Il a déjà servi : le mot de passe a été choisi avec lui.",
    expired: "Il était valable une heure et a expiré.",
    revoked: "Il a été annulé. Adressez-vous à la personne qui vous a invité.",
    replaced: "Un lien plus récent a été envoyé depuis. Utilisez celui-là.",
    passwordChanged: "Le mot de passe a été modifié depuis son envoi.",
    unknown: "Il est incomplet, ou n’est pas de ce serveur. Copiez-le en entier depuis le message.",
    locked: "Ce compte est verrouillé. Adressez-vous à la personne qui gère ce serveur.",
    again: "Demander un nouveau lien",
  },
  confirm: {
    title: "Confirmer votre nouvelle adresse e-mail",
    newAddress: "Nouvelle adresse",
    text: "Saisissez le mot de passe de votre compte. Vous vous connecterez ensuite avec cette adresse.",
    password: "Mot de passe",
    submit: "Changer l’adresse",
    wrongPassword: "Ce n’est pas le mot de passe du compte. Rien n’a été modifié.",
    taken: "Un autre compte a désormais cette adresse. Rien n’a été modifié.",
    doneTitle: "Votre adresse est changée",
    done: (email) => `Vous vous connectez désormais avec ${email}.`,
    doneRest:
      "L’ancienne adresse a été prévenue. Votre mot de passe, vos clés d’API et vos fichiers restent les mêmes.",
    spent: "Il a déjà servi : l’adresse a été changée avec lui.",
    again: "Vers la page de sécurité",
  },
  invitation: {
    title: "Ouvrir votre compte",
    by: (email) => `Vous avez été invité par ${email}.`,
    byOperator: "Vous avez été invité par la personne qui gère ce serveur.",
    forAccount: "Compte",
    password: "Choisissez un mot de passe",
    passwordAdvice: "Au moins 8 caractères.",
    passwordAgain: "Le mot de passe, encore une fois",
    submit: "Ouvrir le compte",
    notSame: "Les deux mots de passe diffèrent. Rien n’a été modifié.",
    badPassword: "Un mot de passe a au moins 8 caractères et au plus 1 024 octets. Rien n’a été modifié.",
    taken: "Un compte a désormais cette adresse. Rien n’a été modifié.",
    doneTitle: "Votre compte est ouvert",
    done: (email) => `Connectez-vous en tant que ${email} avec le mot de passe que vous venez de choisir.`,
    spent: "Il a déjà servi : votre compte est ouvert.",
    expired: "Il était valable une semaine et a expiré. Demandez-en un nouveau à la personne qui vous a invité.",
  },
};

import { keysFrench } from "./keys-french.ts";
import { plural } from "../plural.ts";
import type { accountEnglish } from "./account-english.ts";

const minutes = plural("fr", { one: "{n} minute", other: "{n} minutes" });
const hours = plural("fr", { one: "{n} heure", other: "{n} heures" });
const days = plural("fr", { one: "{n} jour", other: "{n} jours" });
const spanOf = (count: number) => (count < 48 ? hours(count) : days(count / 24));
const keys = plural("fr", { one: "{n} clé d’API reste valable", other: "{n} clés d’API restent valables" });

export const accountFrench: typeof accountEnglish = {
  signIn: {
    title: "Se connecter",
    email: "Adresse e-mail",
    password: "Mot de passe",
    stay: "Rester connecté sur cet appareil",
    submit: "Se connecter",
    wrong: "Adresse e-mail ou mot de passe incorrect",
    wrongAdvice: "Vérifiez les deux. Le mot de passe distingue majuscules et minuscules.",
    tooMany: (tries, windowMinutes) =>
      `Plus de ${tries} tentatives de connexion en ${windowMinutes} minutes ne sont pas permises`,
    wait: (count) => `Réessayez dans ${minutes(count)}.`,
    locked: "Ce compte est verrouillé",
    leavingAdvice: (time) =>
      `Son propriétaire l’a supprimé. Il sera effacé avec tous ses fichiers le ${time} ; d’ici là, la personne qui gère ce serveur peut le rétablir.`,
    lockedAdvice: "Adressez-vous à la personne qui gère ce serveur.",
    unwritable:
      "Le serveur ne peut rien enregistrer pour le moment, donc personne ne peut se connecter : son disque est plein ou en lecture seule. Les liens et les téléchargements fonctionnent toujours.",
    busy: "Trop de mots de passe attendent d’être vérifiés",
    busyAdvice: "Rien n’a été modifié. Réessayez dans un instant.",
    needsTls: (url) =>
      `Impossible de rester connecté par cette URL en http : le navigateur n’envoie le cookie que par https, puisque l’URL publique de ce serveur est ${url}.`,
    needsTlsLink: "Se connecter là-bas",
    otherCookie:
      "Un autre site de ce domaine a posé un cookie du nom qu’utilise celui-ci, si bien qu’on ne peut dire quelle session est la vôtre. Supprimez les cookies de ce domaine, puis reconnectez-vous.",
    ended: {
      elsewhere:
        "Quelqu’un a mis fin à votre session : depuis un autre appareil, sur la page de sécurité, ou la personne qui gère ce serveur. Reconnectez-vous.",
      passwordChanged:
        "Votre session a pris fin parce que le mot de passe a été changé. Connectez-vous avec le nouveau.",
      unused: (count) =>
        `Votre session a pris fin parce qu’elle n’a pas servi pendant ${spanOf(count)}. Reconnectez-vous.`,
      aged: (count) =>
        `Votre session a pris fin parce que personne ne reste connecté plus de ${days(count)}. Reconnectez-vous.`,
      replaced: (most) =>
        `Votre session a pris fin parce que quelqu’un s’est connecté ailleurs à votre compte : un compte a au plus ${most} sessions, et la vôtre n’avait pas servi depuis le plus longtemps. Reconnectez-vous.`,
      unknown: "Votre session a pris fin, ou ne vaut que depuis une autre adresse. Reconnectez-vous.",
    },
    noCookie:
      "Votre adresse et votre mot de passe sont corrects, mais votre navigateur n’a pas renvoyé le cookie qui vous garde connecté. Autorisez les cookies pour ce site, puis reconnectez-vous.",
  },
  signedIn: {
    title: "Vous êtes connecté",
    as: "Connecté en tant que",
    toAccount: "Votre compte",
    signOut: "Se déconnecter",
  },
  signOut: {
    title: "Se déconnecter",
    question: "Voulez-vous vous déconnecter de ce navigateur ?",
    submit: "Se déconnecter",
    done: "Vous êtes déconnecté",
    again: "Se reconnecter",
    unwritable:
      "Ce navigateur est déconnecté, mais le serveur n’a pas pu mettre fin à la session : son disque est plein ou en lecture seule. Connectez-vous plus tard et mettez-y fin sur la page de sécurité si d’autres peuvent l’utiliser.",
    nobody: "Personne n’est connecté ici.",
  },
  refused: {
    absentTitle: "Page introuvable",
    absent: "Il n’y a rien à cette URL.",
    absentAdvice: "Vérifiez l’URL, ou partez de la page d’accueil.",
    foreignTitle: "Ce formulaire ne peut pas être accepté",
    foreign: "Il a été envoyé par une page d’un autre site, ou sa session a pris fin. Rien n’a été modifié.",
    foreignAdvice: "Ouvrez la page à nouveau et recommencez.",
    fullTitle: "Le serveur est plein",
    methodTitle: "Cette page ne s’ouvre pas ainsi",
    method: (methods) => `Cette URL n’accepte que ${methods}.`,
    unwritableTitle: "Le serveur ne peut rien enregistrer pour le moment",
    unwritable:
      "Son disque n’accepte pas d’écriture, donc rien n’a été modifié. Les liens et les téléchargements fonctionnent toujours.",
    full: "Il n’y a plus de place sur son disque ; rien n’a été modifié.",
  },
  menu: {
    label: "Votre compte",
    overview: "Aperçu",
    plan: "Offre",
    settings: "Clés d’API",
    security: "Sécurité",
  },
  overview: {
    title: "Votre compte",
    email: "Adresse e-mail",
    plan: "Offre",
    files: "Mes fichiers",
    stored: "Stocké",
    storedOf: (used, quota) => `${used} sur ${quota}`,
    nothing: "Vous n’avez encore rien stocké. Envoyez ici vos premiers fichiers.",
    forPrograms: "rclone, curl et les autres programmes ont besoin d’une clé d’API.",
    upload: "Envoyer des fichiers",
    createKey: "Créer une clé d’API",
    kinds: {
      free: "Compte offre Gratuit",
      premium: "Compte offre Premium",
      access: "Compte offre Access",
      gold: "Compte offre Premium (GOLD)",
    },
    paid: { premium: "Compte Premium", access: "Compte Access", gold: "Compte Premium" },
    signOut: "Se déconnecter",
  },
  plan: {
    title: "Offre",
    validUntil: {
      premium: "Votre abonnement Premium est valable jusqu’au",
      access: "Votre abonnement Access est valable jusqu’au",
      gold: "Votre abonnement Premium GOLD est valable jusqu’au",
    },
    endless: (plan) => `Votre offre ${plan} n’a pas de fin.`,
    free: "Votre compte a l’offre gratuite, qui n’a pas de fin.",
    ended: "Votre offre a pris fin ; tant qu’elle n’est pas renouvelée, le compte a l’offre gratuite.",
    who: "Les offres sont attribuées par la personne qui gère ce serveur.",
  },
  settings: keysFrench,
  credits: {
    title: "Crédits CDN",
    none: "Votre compte a 0 Go de crédits CDN",
    advice: "Ce serveur n’a pas de CDN ; les téléchargements ne demandent aucun crédit.",
  },
  security: {
    title: "Sécurité",
    confirmTitle: "Est-ce bien vous ?",
    confirm:
      "Les modifications sur cette page demandent votre mot de passe si vous l’avez saisi il y a plus de dix minutes.",
    confirmSubmit: "Confirmer",
    currentPassword: "Mot de passe actuel",
    wrongPassword: "Ce n’est pas votre mot de passe. Rien n’a été modifié.",
    passwordTitle: "Mot de passe",
    newPassword: "Nouveau mot de passe",
    newPasswordAdvice: "Au moins 8 caractères.",
    newPasswordAgain: "Nouveau mot de passe, encore une fois",
    notSame: "Les deux nouveaux mots de passe diffèrent. Rien n’a été modifié.",
    badPassword: "Un mot de passe a au moins 8 caractères et au plus 1 024 octets. Rien n’a été modifié.",
    weakPassword:
      "Ce mot de passe est trop facile à deviner : il compte parmi les plus utilisés, se répète, forme une suite, ou ne contient guère que votre adresse ou le nom de ce site. Rien n’a été modifié.",
    passwordSubmit: "Changer le mot de passe",
    passwordAdvice:
      "Toutes les autres sessions et les téléchargements sans clé prennent fin. Les clés d’API restent valables.",
    sessionsTitle: "Où vous êtes connecté",
    zone: (zone) => `Heures du fuseau ${zone}.`,
    thisSession: "Ce navigateur",
    unknownBrowser: "Programme inconnu",
    browserOn: (browser, system) => `${browser} sur ${system}`,
    lastUsed: (time, address) => `Dernière utilisation le ${time} depuis ${address}`,
    since: (time) => `Connecté le ${time}`,
    bound: "Ne vaut que depuis cette adresse",
    end: "Mettre fin",
    endNamed: (name) => `Mettre fin à la session de ${name}`,
    endOthers: "Mettre fin à toutes les autres sessions",
    noOthers: "Vous n’êtes connecté nulle part ailleurs.",
    gone: "Cette session avait déjà pris fin.",
    unknownForm: "Le serveur ne connaît pas ce formulaire. Rien n’a été modifié.",
    emailTitle: "Adresse e-mail",
    emailIs: "Votre adresse est",
    emailAdvice:
      "Un lien est envoyé à la nouvelle adresse. Votre adresse change une fois que vous avez ouvert ce lien et confirmé.",
    newEmail: "Nouvelle adresse e-mail",
    emailSubmit: "Envoyer le lien",
    badEmail: "Ce n’est pas une adresse e-mail. Rien n’a été modifié.",
    tooManyEmails: "Trop de liens ont été demandés. Rien n’a été modifié. Réessayez dans une heure.",
    doneProved: "Merci. Vous avez dix minutes pour vos modifications.",
    donePassword: "Votre mot de passe est changé et toutes les autres sessions ont pris fin.",
    stillValid: (count) => `${keys(count)}. Révoquez celles que d’autres pourraient connaître, sous « Clés d’API ».`,
    doneEnded: "La session a pris fin.",
    doneOthers: "Toutes les autres sessions ont pris fin.",
    doneEmail:
      "Si la nouvelle adresse est utilisable, un lien y est envoyé. Il est valable une heure ; tant que vous n’avez pas confirmé, votre adresse reste la même.",
    doneEmailOutbox:
      "Si la nouvelle adresse est utilisable, un message avec un lien est prêt pour elle. Ce serveur n’envoie pas d’e-mails : le message se trouve dans le dossier outbox de son dossier de données ; demandez-le à la personne qui gère le serveur.",
  },
};

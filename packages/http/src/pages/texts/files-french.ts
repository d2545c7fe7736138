import { plural } from "../plural.ts";
import type { filesEnglish } from "./files-english.ts";

const files = plural("fr", { one: "{n} fichier", other: "{n} fichiers" });
const newest = plural("fr", {
  one: "Seul {n} fichier, le dernier envoyé, est affiché ici ; les programmes les listent tous.",
  other: "Seuls les {n} derniers fichiers envoyés sont affichés ici ; les programmes les listent tous.",
});

export const filesFrench: typeof filesEnglish = {
  title: "Mes fichiers",
  console: "Ouvrir la console, qui utilise des scripts",
  withoutApi:
    "Voici la page simple : la console passe par l’API, que votre offre ne comprend pas. Les offres sont attribuées par la personne qui gère ce serveur.",
  menu: "Mes fichiers",
  root: "Tous les fichiers",
  up: "Dossier parent",
  folders: "Dossiers",
  noFolders: "Il n’y a pas de dossier ici.",
  files: (count: number) => files(count),
  noFiles: "Il n’y a pas encore de fichier ici. Envoyez-en avec le formulaire ci-dessous.",
  newest: (count: number) => newest(count),
  about: (size: string, date: string) => `${size}, envoyé le ${date}`,
  linkNamed: (name: string) => `Lien de ${name}`,
  remove: "Supprimer",
  removeNamed: (name: string) => `Supprimer ${name}`,
  damaged: "endommagé",
  blocked: "bloqué par la personne qui gère le serveur",
  upload: "Envoyer",
  choose: "Fichiers",
  send: "Envoyer",
  most: (size: string) => `Jusqu’à ${size} par fichier. La page suivante affiche les liens.`,
  newFolder: "Nouveau dossier",
  folderName: "Nom du dossier",
  create: "Créer le dossier",
  askTitle: "Supprimer ?",
  askFile: "Le fichier est supprimé et ses liens ne fonctionnent plus.",
  askFolder: "Seul un dossier vide peut être supprimé.",
  askUndo: (days: number) =>
    days === 0
      ? "C’est irréversible."
      : `Il peut être restauré depuis la corbeille pendant ${days === 1 ? "1 jour" : `${days} jours`}.`,
  keep: "Conserver",
  edit: {
    change: "Modifier",
    changeNamed: (name: string) => `Modifier ${name}`,
    manage: "Renommer, déplacer ou protéger",
    back: "Retour au dossier",
    page: "Page de ce fichier",
    nameTitle: "Nom",
    name: "Nom du fichier",
    rename: "Renommer",
    folderTitle: "Dossier",
    moveTo: "Déplacer vers",
    move: "Déplacer",
    passwordTitle: "Mot de passe du lien",
    hasPassword: "Le lien demande un mot de passe.",
    noPassword: "Le lien ne demande pas de mot de passe : toute personne qui l’a peut télécharger le fichier.",
    password: "Nouveau mot de passe du lien",
    passwordAdvice: "Au moins 6 caractères. Toute personne qui télécharge le fichier doit le saisir, sauf vous.",
    setPassword: "Définir le mot de passe",
    changePassword: "Changer le mot de passe",
    removePassword: "Retirer le mot de passe",
    doneRenamed: "Le fichier a été renommé. Son lien reste le même.",
    doneMoved: "Le fichier a été déplacé. Son lien reste le même.",
    donePassword: "Le lien demande désormais le nouveau mot de passe.",
    doneNoPassword: "Le lien ne demande plus de mot de passe.",
    badName:
      "Il faut un nom de fichier sans « / », de 1 024 octets au plus, autre que « . » et « .. ». Rien n’a été modifié.",
    sameName: "Le fichier a déjà ce nom.",
    badPassword: "Le mot de passe d’un lien a au moins 6 caractères et au plus 1 024 octets. Rien n’a été modifié.",
    noFolder: "Ce dossier n’est plus là. Rien n’a été modifié.",
  },
  trash: {
    title: "Corbeille",
    kept: (days: number) =>
      days === 0
        ? "Votre compte n’a pas de corbeille : ce que vous supprimez disparaît aussitôt."
        : `Ce que vous supprimez reste ici ${days === 1 ? "1 jour" : `${days} jours`}. La corbeille compte dans votre quota ; les éléments les plus anciens disparaissent quand un envoi a besoin de leur place.`,
    held: (items: number, size: string) => `${items === 1 ? "1 élément" : `${items} éléments`}, ${size}`,
    back: "Retour aux fichiers",
    none: "La corbeille est vide.",
    about: (size: string, removed: string, ends: string) =>
      `${size}, supprimé le ${removed}, conservé jusqu’au ${ends}`,
    restore: "Restaurer",
    restoreNamed: (name: string) => `Restaurer ${name}`,
    more: "Éléments plus anciens",
    restored: "L’élément est revenu à sa place. Si son nom était pris, il porte un numéro.",
    notRestored: "L’élément n’a pas pu être restauré : il n’y a pas de place là où il était. Rien n’a été modifié.",
  },
  doneSaved: "La copie est dans votre compte.",
  doneFolder: "Le dossier a été créé.",
  doneRemoved: "Le fichier a été supprimé.",
  doneFolderRemoved: "Le dossier a été supprimé.",
  doneFolderRenamed: "Le dossier a été renommé.",
  doneFolderMoved: "Le dossier a été déplacé.",
  changeFolder: "Ce dossier",
  noTarget: "Le dossier ne peut pas être déplacé à cet endroit. Rien n’a été modifié.",
  badName:
    "Il faut un nom de dossier sans « / », de 1 024 octets au plus, autre que « . » et « .. ». Rien n’a été modifié.",
  folderExists: "Il y a déjà un dossier de ce nom. Rien n’a été modifié.",
  notEmpty: "Le dossier n’est pas vide. Rien n’a été supprimé.",
  gone: "Il n’est plus là.",
  tooMany: "Il n’y a plus de place pour d’autres dossiers dans ce compte, ou à cette profondeur. Rien n’a été modifié.",
  unknownForm: "Le serveur ne connaît pas ce formulaire. Rien n’a été modifié.",
};

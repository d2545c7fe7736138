import { neededNode } from "@consigne/contract/ready-lines";
import { plural } from "../plural.ts";
import type { keysEnglish } from "./keys-english.ts";

const addresses = plural("fr", { one: "{n} adresse", other: "{n} adresses" });

const createdKeys = plural("fr", {
  one: "Cette clé a créé {n} clé qui fonctionne, directement ou par une clé qu’elle a créée :",
  other: "Cette clé a créé {n} clés qui fonctionnent, directement ou par des clés qu’elle a créées :",
});

const withCreated = plural("fr", {
  one: "La révoquer aussi. Sinon, elle continue de fonctionner.",
  other: "Les révoquer aussi. Sinon, elles continuent de fonctionner.",
});
const revokeCreated = plural("fr", { one: "Révoquer cette clé", other: "Révoquer ces clés" });

/** La page des clés d’API. */
export const keysFrench: typeof keysEnglish = {
  title: "Clés d’API",
  intro:
    "Une clé permet à un outil d’utiliser votre compte sans votre mot de passe. Donnez à chaque outil sa propre clé.",
  name: "Nom",
  hint: "Commence par",
  rights: "Droits",
  folder: "Dossier",
  used: "Dernière utilisation",
  usedFrom: (time, address) => `${time} depuis ${address}`,
  ends: "Fin",
  manage: "Gérer",
  manageNamed: (name) => `Gérer la clé ${name}`,
  never: "jamais",
  revoked: "révoquée",
  expired: "expirée",
  everything: "tous les dossiers",
  from: (count) => `depuis ${addresses(count)} seulement`,
  origin: "Origine",
  createdBy: (name) => `créée par ${name}`,
  createdByForgotten: "créée par une clé qui n’est plus dans la liste",
  noKeys: "Il n’y a pas de clé.",
  noRights: "aucun",
  areas: {
    account: "compte",
    files: "fichiers",
    uploads: "envois",
    downloads: "téléchargements",
    shares: "partages",
    remote: "envois à distance",
    ftp: "FTP",
    vouchers: "bons",
    keys: "clés d’API",
  },
  read: (areas) => `voir : ${areas}`,
  write: (areas) => `voir et modifier : ${areas}`,
  right: { none: "non", read: "voir", write: "voir et modifier" },
  newTitle: "Nouvelle clé",
  nameAdvice: "À quoi sert la clé, par exemple le nom de l’outil.",
  template: "Ce qu’elle permet",
  templates: {
    rclone: "rclone : lire et écrire",
    "upload-only": "Envoi seul, sans rien voir",
    "read-only": "Lecture seule : voir et télécharger",
    everything: "Tout sauf les clés d’API",
    custom: "Selon le choix ci-dessous",
  },
  custom: "Choisir chaque droit",
  folderAdvice: "Chemin comme /photos. La clé ne voit rien en dehors. Vide : tous les dossiers.",
  addresses: "Adresses",
  addressesAdvice:
    "La clé ne vaut que depuis ces adresses ou blocs CIDR, comme 192.0.2.0/24. Vide : depuis n’importe où.",
  end: "Dernier jour",
  endAdvice: "Vide : elle n’a pas de fin.",
  password: "Mot de passe actuel",
  passwordAdvice: "Demandé parce que vous l’avez saisi il y a plus de dix minutes.",
  create: "Créer la clé",
  premium:
    "Les clés d’API demandent Premium : votre offre n’a pas d’accès à l’API. Vos clés restent affichées et peuvent être révoquées.",
  createdTitle: "Votre nouvelle clé",
  createdOnce: "Copiez-la maintenant : elle n’est affichée qu’une fois et n’est conservée nulle part.",
  createdFor: (name) => `Pour ${name}`,
  lines: "Prêt à l’emploi",
  linesRemote: "rclone : ajoutez ceci au fichier qu’indique `rclone config file`",
  linesRclone:
    "rclone ne permet pas de choisir le serveur : lancez-le avec consigne (installation ci-dessous). Cette ligne liste vos fichiers et dossiers, ou rien s’il n’y en a pas",
  getClient: `consigne est la ligne de commande de ce serveur. Elle n’est pas sur npm : clonez le dépôt de Consigne, dont la personne qui gère ce serveur connaît l’URL. Il faut Node.js avec npm : ${neededNode.onLinux} ou plus récent sous Linux, ${neededNode.elsewhere} ou plus récent sur les autres systèmes. Dans le clone :`,
  linesClient: "Ligne de commande, avec consigne",
  back: "Toutes les clés",
  renameTitle: "Nom",
  rename: "Renommer la clé",
  rotateTitle: "Remplacer par une nouvelle clé",
  rotateAdvice: "La nouvelle clé a le même nom et les mêmes droits. Les deux valent jusqu’à la fin de l’ancienne.",
  grace: "L’ancienne clé prend fin",
  graces: {
    "0": "tout de suite",
    "3600": "dans une heure",
    "86400": "dans un jour",
    "604800": "dans une semaine",
    "2592000": "dans 30 jours",
  },
  rotate: "Remplacer la clé",
  oldEnds: (time) => `L’ancienne clé prend fin le ${time}.`,
  oldEnded: "L’ancienne clé a pris fin.",
  revokeTitle: "Révoquer",
  revokeAdvice:
    "Tout outil qui utilise cette clé s’arrête aussitôt, ainsi que les liens de téléchargement créés avec elle. C’est définitif.",
  neverUsed: "Elle n’a jamais été utilisée.",
  wasUsed: (used) => `Dernière utilisation : ${used}.`,
  revoke: "Révoquer la clé",
  createdKeysTitle: "Clés qu’elle a créées",
  createdKeys: (count) => createdKeys(count),
  withCreated: (count) => withCreated(count),
  revokeCreated: (count) => revokeCreated(count),
  done: {
    renamed: "La clé a son nouveau nom.",
    revoked: "La clé est révoquée ; ce qui l’utilisait s’est arrêté.",
    revokedWithMade: "La clé et toutes celles qu’elle a créées sont révoquées ; ce qui les utilisait s’est arrêté.",
  },
  failures: {
    confirm: "Saisissez aussi votre mot de passe : vous l’avez saisi il y a plus de dix minutes. Rien n’a été modifié.",
    wrongPassword: "Ce n’est pas votre mot de passe. Rien n’a été modifié.",
    badName: "Une clé a un nom de 100 caractères visibles au plus, sur une ligne. Rien n’a été modifié.",
    badAddresses:
      "Une des adresses n’est ni une adresse ni un bloc CIDR, ou il y en a plus de 50. Rien n’a été modifié.",
    noRights: "Cette clé ne pourrait rien faire. Choisissez au moins un droit. Rien n’a été modifié.",
    badFolder: "Ce dossier n’existe pas. Rien n’a été modifié.",
    badEnd: "Le dernier jour doit être une date qui n’est pas passée. Rien n’a été modifié.",
    badForm: "Le serveur ne connaît pas ce formulaire. Rien n’a été modifié.",
    tooMany: "Vous avez 100 clés valables, ce qui est le maximum. Révoquez-en une qui ne sert plus.",
    premium: "Les clés d’API demandent Premium : votre offre n’a pas d’accès à l’API. Rien n’a été modifié.",
    gone: "Cette clé a pris fin ou n’existe pas. Rien n’a été modifié.",
  },
  credits: "Votre compte a 0 Go de crédits CDN",
};

import { plural } from "../plural.ts";
import { importsFrench } from "./imports-french.ts";
import type { consoleEnglish } from "./console-english.ts";
import { fetchFrench } from "./fetch-french.ts";

export const consoleFrench: typeof consoleEnglish = {
  folderCreated: "Dossier créé avec succès",
  folderExists: "Un autre dossier porte ce nom. Rien n’a été modifié.",
  invalidName: "Nom invalide. Rien n’a été modifié.",
  tooDeep: "Dossier invalide : aucun dossier n’est possible à cette profondeur. Rien n’a été modifié.",
  full: "Il n’y a plus de place dans ce compte. Rien n’a été modifié.",
  folderRemoved: "Le dossier a été supprimé.",
  notEmpty: "Le dossier n’est pas vide. Rien n’a été supprimé.",
  root: "Ce n’est pas possible avec le dossier racine. Rien n’a été modifié.",
  noFolder: "Ce dossier n’existe pas. Rien n’a été modifié.",
  noFile: "Ce fichier n’existe pas. Rien n’a été modifié.",
  noneNamed: "Aucun fichier n’a été indiqué. Rien n’a été modifié.",
  tooMany: "Indiquez moins de fichiers à la fois. Rien n’a été modifié.",
  removed: plural("fr", { one: "{n} fichier a été supprimé.", other: "{n} fichiers ont été supprimés." }),
  asked: plural("fr", {
    one: "Avec remove=1, {n} fichier sera supprimé définitivement :",
    other: "Avec remove=1, {n} fichiers seront supprimés définitivement :",
  }),
  renamed: "Fichier renommé avec succès",
  sameName: "Le fichier a déjà ce nom. Rien n’a été modifié.",
  moved: plural("fr", { one: "{n} fichier a été déplacé.", other: "{n} fichiers ont été déplacés." }),
  notFiles: "Seuls des fichiers sont déplacés ainsi, avec dragged_type=2. Rien n’a été modifié.",
  notAsked: "Envoyez change=1 pour partager le dossier ou cesser de le partager. Rien n’a été modifié.",
  shared: (url: string) => `Dossier partagé : ${url}`,
  unshared: "Le dossier n’est plus partagé.",
  files: plural("fr", { one: "{n} fichier", other: "{n} fichiers" }),
  links: { title: "Liens", name: "Nom", link: "Lien" },
  info: {
    title: "Contenu de ce compte",
    files: "Fichiers",
    space: "Espace",
    accesses: "Accès, qui ne sont pas comptés ici",
  },
  imports: importsFrench,
  remote: {
    title: "Envois à distance",
    menu: "Envois à distance",
    links: "URL, une par ligne",
    linksAdvice:
      "http, https ou ftp, 100 au plus à la fois. Le serveur les récupère lui-même ; vous pouvez fermer cette page.",
    folder: "Dossier",
    root: "Mes fichiers",
    add: "Récupérer",
    queued: "En cours",
    none: "Aucun envoi à distance n’est en cours.",
    count: plural("fr", { one: "{n} URL est en cours.", other: "{n} URL sont en cours." }),
    ended: "Terminés",
    cut: plural("fr", { one: "Seul le dernier est affiché.", other: "Seuls les {n} derniers sont affichés." }),
    older: "Envois plus anciens",
    address: "URL",
    result: "Résultat",
    message: "Message",
    states: { waiting: "en attente", running: "en cours", done: "terminé", failed: "échoué", cancelled: "annulé" },
    of: (received: string, total: string) => `${received} sur ${total}`,
    unknownOf: (received: string) => `${received} ; taille totale inconnue`,
    again: (time: string) => `Prochain essai : ${time}`,
    fetched: fetchFrench,
    refresh: "Actualiser",
    cancel: "Annuler",
    retry: "Réessayer",
    anew: "Pour la récupérer à nouveau, saisissez l’URL avec son nom et son mot de passe.",
    added: plural("fr", {
      one: "{n} envoi à distance a été mis en file d’attente.",
      other: "{n} envois à distance ont été mis en file d’attente.",
    }),
    done: {
      add: "Les URL ont été mises en file d’attente.",
      cancel: "L’envoi à distance s’arrête dans quelques secondes.",
      retry: "L’envoi à distance a été remis en file d’attente.",
      importCancel: "L’importation s’arrête dans quelques secondes.",
      importRetry: "L’importation continue.",
    },
    notAnAddress: (line) =>
      `La ligne ${line} n’est pas une URL http, https ou ftp. Rien n’a été mis en file d’attente.`,
    accountLink: (line) =>
      `La ligne ${line} est un lien de 1fichier.com, qui demande une clé d’API d’un compte de ce site : utilisez \`consigne remote add --links-of PROFIL\`. Rien n’a été mis en file d’attente.`,
    tooMany: (most) => `Saisissez ${most} URL au plus à la fois. Rien n’a été mis en file d’attente.`,
    failures: {
      address:
        "Une des URL ne peut pas être récupérée, ou il n’y a rien à récupérer. Rien n’a été mis en file d’attente.",
      folder: "Les fichiers ne peuvent pas y être mis : ce dossier n’existe pas. Rien n’a été mis en file d’attente.",
      full: "Trop de transferts de ce compte sont déjà en cours. Rien n’a été mis en file d’attente.",
      retry:
        "C’est impossible : l’envoi est en cours ou terminé, ou demande un nom et un mot de passe, qui ne sont pas conservés. Saisissez à nouveau l’URL entière.",
      importRetry:
        "C’est impossible : l’importation est en cours, rien ne peut y être réessayé, ou la clé de sa source manque.",
      gone: "C’est impossible : cet envoi à distance n’existe pas.",
    },
  },
};

import { plural } from "../plural.ts";
import type { consoleEnglish } from "./console-english.ts";

export const consoleFrench: typeof consoleEnglish = {
  folderCreated: "Dossier créé avec succès",
  folderExists: "Un autre dossier porte ce nom. Rien n'a été modifié.",
  invalidName: "Nom invalide. Rien n'a été modifié.",
  tooDeep: "Dossier invalide : aucun dossier n'est possible à cette profondeur. Rien n'a été modifié.",
  full: "Il n'y a plus de place dans ce compte. Rien n'a été modifié.",
  folderRemoved: "Le dossier a été supprimé.",
  notEmpty: "Le dossier n'est pas vide. Rien n'a été supprimé.",
  root: "Ce n'est pas possible avec le dossier racine. Rien n'a été modifié.",
  noFolder: "Ce dossier n'existe pas. Rien n'a été modifié.",
  noFile: "Ce fichier n'existe pas. Rien n'a été modifié.",
  noneNamed: "Aucun fichier n'a été indiqué. Rien n'a été modifié.",
  tooMany: "Indiquez moins de fichiers à la fois. Rien n'a été modifié.",
  removed: plural("fr", { one: "{n} fichier a été supprimé.", other: "{n} fichiers ont été supprimés." }),
  asked: plural("fr", {
    one: "Avec remove=1, {n} fichier sera supprimé définitivement :",
    other: "Avec remove=1, {n} fichiers seront supprimés définitivement :",
  }),
  renamed: "Fichier renommé avec succès",
  sameName: "Le fichier s'appelle ainsi de toute façon. Rien n'a été modifié.",
  moved: plural("fr", { one: "{n} fichier a été déplacé.", other: "{n} fichiers ont été déplacés." }),
  notFiles: "Seuls des fichiers sont déplacés ainsi, avec dragged_type=2. Rien n'a été modifié.",
  notAsked: "Envoyez change=1 pour partager le dossier ou cesser de le partager. Rien n'a été modifié.",
  shared: (url: string) => `Dossier partagé : ${url}`,
  unshared: "Le dossier n'est plus partagé.",
  files: plural("fr", { one: "{n} fichier", other: "{n} fichiers" }),
  links: { title: "Liens", name: "Nom", link: "Lien" },
  info: {
    title: "Contenu de ce compte",
    files: "Fichiers",
    space: "Espace",
    accesses: "Accès, qui ne sont pas comptés ici",
  },
  remote: {
    title: "Envois à distance",
    none: "Aucun envoi à distance n'est en cours.",
    why: "Ce serveur ne récupère pas de fichiers sur d'autres sites. Téléchargez-les, puis envoyez-les ici.",
  },
};

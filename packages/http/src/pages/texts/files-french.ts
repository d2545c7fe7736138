import { plural } from "../plural.ts";
import type { filesEnglish } from "./files-english.ts";

const files = plural("fr", { one: "{n} fichier", other: "{n} fichiers" });
const newest = plural("fr", {
  one: "Seul {n} fichier, le dernier envoyé, est affiché ici ; les programmes les listent tous.",
  other: "Seuls les {n} derniers fichiers envoyés sont affichés ici ; les programmes les listent tous.",
});

export const filesFrench: typeof filesEnglish = {
  title: "Mes fichiers",
  menu: "Mes fichiers",
  root: "Tous les fichiers",
  up: "Dossier parent",
  folders: "Dossiers",
  noFolders: "Il n'y a pas de dossier ici.",
  files: (count: number) => files(count),
  noFiles: "Il n'y a pas encore de fichier ici. Envoyez-en avec le formulaire ci-dessous.",
  newest: (count: number) => newest(count),
  about: (size: string, date: string) => `${size}, envoyé le ${date}`,
  linkNamed: (name: string) => `Lien de ${name}`,
  remove: "Supprimer",
  removeNamed: (name: string) => `Supprimer ${name}`,
  damaged: "endommagé",
  blocked: "bloqué par l'exploitant",
  upload: "Envoyer",
  choose: "Fichiers",
  send: "Envoyer",
  most: (size: string) => `Jusqu'à ${size} par fichier. La page suivante affiche les liens.`,
  newFolder: "Nouveau dossier",
  folderName: "Nom du dossier",
  create: "Créer le dossier",
  askTitle: "Supprimer définitivement ?",
  askFile: "Le fichier est supprimé et ses liens ne fonctionnent plus. C'est irréversible.",
  askFolder: "Seul un dossier vide peut être supprimé. C'est irréversible.",
  keep: "Conserver",
  doneSaved: "La copie est dans votre compte.",
  doneFolder: "Le dossier a été créé.",
  doneRemoved: "Le fichier a été supprimé.",
  doneFolderRemoved: "Le dossier a été supprimé.",
  badName:
    "Il faut un nom de dossier sans « / », de 1 024 octets au plus, autre que « . » et « .. ». Rien n'a été modifié.",
  folderExists: "Il y a déjà un dossier de ce nom. Rien n'a été modifié.",
  notEmpty: "Le dossier n'est pas vide. Rien n'a été supprimé.",
  gone: "Il n'est plus là.",
  tooMany: "Il n'y a plus de place pour d'autres dossiers dans ce compte, ou à cette profondeur. Rien n'a été modifié.",
  unknownForm: "Ce formulaire n'est pas connu ici. Rien n'a été modifié.",
};

import type { texts as english } from "./english-tree.ts";

export const texts: Readonly<Record<keyof typeof english, string>> = {
  "tree.more": "Afficher plus de dossiers",
  "tree.failed": "Le chargement a échoué. Réessayer",
  "tree.inList": "Les autres sont dans la liste",
};

import type { texts as english } from "./english-conflict.ts";

export const texts: Readonly<Record<keyof typeof english, string>> = {
  "conflict.title": "« {name} » existe déjà",
  "conflict.text": "Le dossier {folder} contient un fichier de ce nom.",
  "conflict.continued":
    "Une partie de cet envoi est arrivée avant l’interruption. « Ignorer » laisse ces fichiers tels qu’ils sont.",
  "conflict.keep": "Garder les deux",
  "conflict.keepText": "Le nouveau devient « {name} ».",
  "conflict.replace": "Remplacer",
  "conflict.replaceText":
    "Le lien reste le même. L’ancien contenu, celui du fichier le plus récent si plusieurs portent ce nom, est conservé comme version précédente.",
  "conflict.notYours": "Seul le propriétaire du dossier partagé peut remplacer un fichier.",
  "conflict.skip": "Ignorer",
  "conflict.skipText": "Rien n’est envoyé pour ce nom.",
  "conflict.all": "{count, plural, one {Faire de même pour # autre} other {Faire de même pour # autres}}",
  "conflict.choose": "Que faire",
  "conflict.go": "Continuer",
};

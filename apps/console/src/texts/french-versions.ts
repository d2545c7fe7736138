import type { texts as english } from "./english-versions.ts";

export const texts: Readonly<Record<keyof typeof english, string>> = {
  "versions.title": "Versions précédentes",
  "versions.intro":
    "Ce que contenait ce fichier avant d’être remplacé. Les versions précédentes comptent dans votre quota.",
  "versions.until": "Conservée jusqu’au {date}",
  "versions.restore": "Restaurer",
  "versions.restoreOf": "Restaurer la version du {date}",
  "versions.download": "Télécharger",
  "versions.downloadOf": "Télécharger la version du {date}",
  "versions.remove": "Supprimer…",
  "versions.removeOf": "Supprimer la version du {date}",
  "versions.removeTitle": "Supprimer définitivement la version du {date} ?",
  "versions.removeText": "Le fichier et ses autres versions restent. C’est irréversible.",
  "versions.removed": "La version du {date} est supprimée définitivement",
  "versions.restored": "« {name} » est tel qu’il était le {date} ; l’état précédent est conservé comme version",
};

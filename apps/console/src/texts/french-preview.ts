import type { texts as english } from "./english-preview.ts";

export const texts: Readonly<Record<keyof typeof english, string>> = {
  "preview.previous": "Fichier précédent",
  "preview.next": "Fichier suivant",
  "preview.none": "Ce type de fichier ne peut pas être affiché. Vous pouvez le télécharger.",
  "preview.noOrigin":
    "Les fichiers PDF s’affichent à une URL distincte, et ce serveur n’en a pas. Vous pouvez télécharger le fichier. La personne qui gère le serveur peut définir CONSIGNE_DOWNLOAD_URL.",
  "preview.noViewer":
    "Ce navigateur ne peut pas afficher les fichiers PDF ici : son lecteur ne fonctionne pas dans le bac à sable où les fichiers envoyés sont affichés. Vous pouvez télécharger le fichier.",
  "preview.openPdf": "Ouvrir le PDF dans un nouvel onglet",
  "preview.failed":
    "Votre navigateur n’a pas pu afficher ce fichier. Il est peut-être endommagé, ou d’un type que le navigateur ne connaît pas. Vous pouvez le télécharger.",
  "preview.failedHere":
    "Votre navigateur n’a pas pu afficher ce fichier. Il est peut-être endommagé, ou exige une URL distincte, et ce serveur n’en a pas (CONSIGNE_DOWNLOAD_URL). Vous pouvez le télécharger.",
  "preview.beginning": "Seul le début du fichier ({size}) est affiché. Téléchargez-le pour le voir en entier.",
};

import type { shareEnglish } from "./share-english.ts";

export const shareFrench: typeof shareEnglish = {
  zip: "Tout dans un fichier zip",
  zipHint: "Sans compression, avec une liste de sommes de contrôle.",
  ended: {
    title: "Lien expiré",
    text: "Ce lien a expiré",
    advice: "Demandez-en un nouveau à la personne qui vous l’a donné.",
  },
  usedUp: {
    title: "Lien épuisé",
    text: "Ce lien a atteint sa limite de téléchargements",
    advice: "Demandez-en un nouveau à la personne qui vous l’a donné.",
  },
  off: {
    title: "Lien désactivé",
    text: "Ce lien est désactivé",
    advice: "Adressez-vous à la personne qui vous l’a donné.",
  },
};

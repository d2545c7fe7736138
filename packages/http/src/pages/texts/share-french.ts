import type { shareEnglish } from "./share-english.ts";

export const shareFrench: typeof shareEnglish = {
  zip: "Tout dans un fichier zip",
  zipHint: "Sans compression, avec une liste de sommes de contrôle.",
};

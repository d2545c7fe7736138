import type { texts as english } from "./english-search.ts";

export const texts: Record<keyof typeof english, string> = {
  "search.label": "Chercher dans tous les fichiers et dossiers",
  "search.hint": "Tous les mots doivent être dans le nom, sans tenir compte de la casse ni des accents.",
  "search.results": "Résultats pour « {text} »",
  "search.count": "{count, plural, =0 {Aucun résultat} one {# résultat} other {# résultats}}",
  "search.countMore": "Plus de {count} résultats",
  "search.place": "Dossier",
  "search.none": "Aucun nom ne contient « {text} »",
  "search.more": "Afficher la suite",
};

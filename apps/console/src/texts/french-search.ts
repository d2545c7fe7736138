import type { searchTexts as english } from "./english-search.ts";

export const searchTexts: Record<keyof typeof english, string> = {
  "search.title": "Recherche",
  "search.label": "Chercher dans tous les fichiers et dossiers",
  "search.hint": "Tous les mots doivent être dans le nom, sans tenir compte de la casse ni des accents.",
  "search.results": "Résultats pour « {text} »",
  "search.count": "{count, plural, =0 {Aucun résultat} one {# résultat} other {# résultats}}",
  "search.countMore": "Plus de {count} résultats",
  "search.place": "Dossier",
  "search.none": "Aucun nom ne contient « {text} »",
  "search.more": "Afficher la suite",
  "keys.searchAll": "Chercher dans tous les fichiers",
  "keys.menu": "Menu de la ligne",
  "menu.label": "{count, plural, one {Actions pour « {name} »} other {Actions pour # éléments}}",
  "keys.shiftF10": "Maj+F10",
  "drag.count": "{count, plural, one {« {name} »} other {# éléments}}",
};

import { plural } from "../plural.ts";
import type { importsEnglish } from "./imports-english.ts";

export const importsFrench: typeof importsEnglish = {
  title: "Importations de dossiers",
  source: "Source",
  progress: "Avancement",
  states: {
    walking: "lecture des dossiers",
    copying: "récupération des fichiers",
    planned: "prévu",
    done: "terminé",
    failed: "échoué",
    cancelled: "annulé",
  },
  stateAndCounts: (state, counts) => `${state} : ${counts}`,
  arrived: plural("fr", { one: "{n} fichier arrivé", other: "{n} fichiers arrivés" }),
  toFetch: plural("fr", { one: "{n} fichier à récupérer", other: "{n} fichiers à récupérer" }),
  failed: plural("fr", { one: "{n} échec", other: "{n} échecs" }),
  again: (time) => `Reprise : ${time}`,
  key: "Clé d’API de la source",
  password: "Mot de passe de la page, si elle en a un",
  keyAdvice: "Le serveur l’a effacée à la fin de l’importation.",
};

import type { texts as english } from "./english-leaving.ts";

export const texts: Readonly<Record<keyof typeof english, string>> = {
  "exp.part": "Emporter vos données",
  "exp.text":
    "Un fichier avec tout ce que contient votre compte : réglages, dossiers, fichiers avec sommes de contrôle et liens, clés sans leur texte, sessions, envois à distance, importations et activité ; une ligne de JSON pour chacun. Les fichiers eux-mêmes s’obtiennent en zip de leur dossier, ou par la ligne de commande.",
  "exp.do": "Enregistrer un fichier",
  "exp.busy": "Préparation…",
  "exp.done": "{count, plural, one {# enregistrement sauvegardé} other {# enregistrements sauvegardés}}",
  "del.part": "Supprimer le compte",
  "del.text":
    "Votre compte est verrouillé aussitôt, puis effacé sept jours plus tard avec tous ses fichiers. D’ici là, la personne qui gère le serveur peut le rétablir.",
  "del.ask": "Supprimer le compte…",
  "del.title": "Supprimer votre compte ?",
  "del.goes": "Disparaissent avec lui :",
  "del.files": "{count, plural, one {# fichier} other {# fichiers}} et leurs liens ({size})",
  "del.folders":
    "{count, plural, one {# dossier} other {# dossiers}}, dont {shared, plural, =0 {aucun n’est public} one {# est public} other {# sont publics}}",
  "del.keys": "{count, plural, one {# clé d’API} other {# clés d’API}}",
  "del.rest": "le contenu de la corbeille, les sessions, les envois à distance et les réglages",
  "del.grace":
    "Liens, clés et sessions cessent aussitôt de fonctionner. Un message vous dit quand les fichiers disparaissent ; d’ici là, adressez-vous à la personne qui gère le serveur si vous changez d’avis.",
  "del.typed": "Pour confirmer, saisissez votre adresse : {email}",
  "del.notSame": "Ce n’est pas l’adresse de votre compte.",
  "del.do": "Supprimer le compte",
  "del.doneTitle": "Votre compte est supprimé",
  "del.done":
    "Vous êtes déconnecté. Les fichiers disparaîtront définitivement le {time} ; d’ici là, la personne qui gère le serveur peut les rétablir.",
};

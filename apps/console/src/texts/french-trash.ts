import type { texts as english } from "./english-trash.ts";

export const texts: Readonly<Record<keyof typeof english, string>> = {
  "trash.title": "Corbeille",
  "trash.intro":
    "{days, plural, =0 {Votre compte n’a pas de corbeille : ce que vous supprimez disparaît aussitôt.} one {Ce que vous supprimez reste ici # jour.} other {Ce que vous supprimez reste ici # jours.}} La corbeille compte dans votre quota ; les éléments les plus anciens disparaissent quand un envoi a besoin de leur place.",
  "trash.held": "{count, plural, one {# élément} other {# éléments}}, {size}",
  "trash.list": "Ce que vous avez supprimé",
  "trash.empty": "La corbeille est vide",
  "trash.emptyAdvice": "Les fichiers et dossiers que vous supprimez peuvent être restaurés ici.",
  "trash.name": "Nom",
  "trash.place": "Était dans",
  "trash.size": "Taille",
  "trash.removed": "Supprimé",
  "trash.ends": "Sera effacé",
  "trash.contents": "{size} dans {count, plural, one {# élément} other {# éléments}}",
  "trash.restore": "Restaurer",
  "trash.remove": "Supprimer définitivement…",
  "trash.emptyIt": "Vider la corbeille…",
  "trash.more": "Afficher la suite",
  "trash.restoreOne": "Restaurer {name}",
  "trash.restored": "« {name} » est de retour dans {folder}",
  "trash.choose": "Sélectionner {name}",
  "trash.chooseAll": "Sélectionner tout ce qui est affiché",
  "trash.chosen": "{count, plural, one {# sélectionné} other {# sélectionnés}}",
  "trash.restoreChosen": "{count, plural, one {Le restaurer} other {Les restaurer}}",
  "trash.someStay":
    "{count, plural, one {# élément reste dans la corbeille : {reason}} other {# éléments restent dans la corbeille : {reason}}}",
  "trash.removeTitle":
    "{count, plural, one {Supprimer « {name} » définitivement ?} other {Supprimer # éléments définitivement ?}}",
  "trash.emptyTitle": "Vider la corbeille ?",
  "trash.removeText":
    "{count, plural, one {Son lien ne fonctionnera plus jamais.} other {Leurs liens ne fonctionneront plus jamais.}} C’est irréversible.",
  "trash.emptyText": "Tout ce qu’elle contient est supprimé définitivement. C’est irréversible.",
  "trash.removeDo": "Supprimer définitivement",
  "trash.emptyDo": "Vider la corbeille",
  "trash.removedDone":
    "{count, plural, one {« {name} » est supprimé définitivement} other {# éléments sont supprimés définitivement}}",
  "trash.emptied": "La corbeille est vide",
};

import type { texts as english } from "./english-storage.ts";

export const texts: Readonly<Record<keyof typeof english, string>> = {
  "sto.title": "Stockage",
  "sto.check": "Vérification régulière",
  "sto.every": "{days, plural, =1 {tous les jours} other {tous les # jours}}",
  "sto.off": "désactivée (CONSIGNE_SCRUB_EVERY_DAYS)",
  "sto.current": "Vérification actuelle",
  "sto.waiting": "va commencer",
  "sto.progress":
    "{bytes} sur {totalBytes} lus, {contents} contenus de fichiers sur {totalContents}, {damaged, plural, one {# endommagé} other {# endommagés}} (depuis le {time})",
  "sto.stopped":
    "Elle a été interrompue et les vérifications régulières sont désactivées. « Vérifier maintenant » la poursuit.",
  "sto.progressName": "Avancement de la vérification du stockage",
  "sto.never": "aucune pour l’instant",
  "sto.last": "Dernière vérification",
  "sto.lastOf":
    "{contents, plural, one {# contenu de fichier} other {# contenus de fichiers}} ({bytes}), {damaged, plural, one {# endommagé} other {# endommagés}} (du {started} au {ended})",
  "sto.none": "aucun",
  "sto.damaged": "Endommagés",
  "sto.contents": "{count, plural, one {# contenu de fichier} other {# contenus de fichiers}}",
  "sto.many": "{count} contenus de fichiers ou plus",
  "sto.advice":
    "Les fichiers endommagés ne peuvent être ni téléchargés ni copiés. consigne-server fsck en donne la liste, avec leurs propriétaires. Pour réparer un fichier, envoyez à nouveau le même fichier, dans n’importe quel compte, ou restaurez ses données depuis une sauvegarde et lancez consigne-server fsck.",
  "sto.blocked": "Bloqués",
  "sto.collection": "Nettoyage",
  "sto.nothing": "rien à supprimer (le {time})",
  "sto.removed": "données sans fichier supprimées ({bytes}, le {time})",
  "sto.refused":
    "Rien n’a été supprimé (le {time}) : {bytes} de données n’appartiennent à aucun fichier, c’est peut-être la mauvaise base de données. consigne-server collect --dry-run en donne la liste.",
  "sto.start": "Vérifier maintenant…",
  "sto.startTitle": "Vérifier le stockage maintenant ?",
  "sto.startText":
    "Le serveur lit toutes les données stockées et les compare à leurs sommes de contrôle. Il lit lentement pour ne pas ralentir les transferts ; cela peut prendre des jours. Rien n’est supprimé et les fichiers restent disponibles.",
  "sto.startDo": "Lancer la vérification",
  "sto.started": "La vérification du stockage est lancée",
  "sto.isRunning": "Une vérification du stockage est déjà en cours",
};

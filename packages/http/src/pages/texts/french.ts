import { archiveFrench } from "./archive-french.ts";
import { shareFrench } from "./share-french.ts";
import { plural } from "../plural.ts";
import { accountFrench } from "./account-french.ts";
import { consoleFrench } from "./console-french.ts";
import { filesFrench } from "./files-french.ts";
import { resetFrench } from "./reset-french.ts";
import type { Texts } from "./texts.ts";

export const french: Texts = {
  archive: archiveFrench,
  frame: {
    skip: "Aller au contenu",
    navigation: "Site",
    signIn: "Se connecter",
    signOut: "Se déconnecter",
    footer: "Consigne, partage de fichiers auto-hébergé",
  },
  password: {
    label: "Mot de passe",
    wrong: "Mot de passe incorrect",
    advice: "La personne qui vous a donné le lien connaît le mot de passe.",
  },
  file: {
    protectedTitle: "Fichier protégé",
    protectedText: "Il faut un mot de passe pour voir et télécharger ce fichier.",
    uploaded: "Envoyé le",
    size: "Taille",
    name: "Nom",
    download: "Télécharger",
    type: "Type",
    qr: "Code QR de ce lien",
    inline: "Ouvrir dans le navigateur au lieu d’enregistrer",
    preview: "Aperçu",
    ownLink: "Lien",
    ownLinkAdvice: "Ce fichier est à vous. Transmettez ce lien, ou faites scanner le code ci-dessus.",
    signIn: "Se connecter pour télécharger tout de suite",
    save: {
      title: "Enregistrer dans mon compte",
      folder: "Dossier",
      root: "Mes fichiers",
      submit: "Enregistrer une copie",
    },
  },
  check: {
    title: "Vérifier le téléchargement",
    checksum: "Somme de contrôle Whirlpool de ce fichier\u00a0:",
    unknown: "calcul en cours ; rechargez cette page dans un instant",
    compare: "Calculez celle de votre copie et comparez\u00a0:",
  },
  command: {
    title: "Télécharger en ligne de commande",
    unix: "Linux et macOS",
  },
  link: {
    ready: (size: string) => `Votre téléchargement est prêt\u00a0: ${size}.`,
    begins: (size: string) => `Votre téléchargement (${size}) commence de lui-même. Sinon, utilisez ce lien.`,
    life: "Cette URL n’est que pour vous et fonctionne quelques minutes. Un téléchargement interrompu peut reprendre pendant une demi-heure.",
    preview: "Aperçu dans un nouvel onglet",
    here: "Cliquez ici pour télécharger le fichier",
    start: "Lancer le téléchargement",
  },
  free: {
    title: "Un peu de patience",
    inSeconds: plural("fr", {
      one: "Votre prochain téléchargement peut commencer dans {n} seconde.",
      other: "Votre prochain téléchargement peut commencer dans {n} secondes.",
    }),
    inMinutes: plural("fr", {
      one: "Votre prochain téléchargement peut commencer dans {n} minute.",
      other: "Votre prochain téléchargement peut commencer dans {n} minutes.",
    }),
    between: "Sans abonnement, il faut attendre entre deux téléchargements.",
    minutes: (minutes: number) => `Vous devez attendre encore ${minutes} minutes`,
    seconds: (seconds: number) => `Téléchargement gratuit dans ⏳ ${seconds}`,
    advice: "Les comptes avec un abonnement téléchargent tout de suite.",
    busy: "Sans abonnement, vous ne pouvez télécharger qu’un seul fichier à la fois.",
    busyAdvice: "Attendez la fin de votre autre téléchargement, ou arrêtez-le.",
    again: "Retour au fichier",
  },
  arriving: {
    state: (percent, size) =>
      `Ce fichier est encore en cours d’envoi\u00a0: ${percent}\u00a0% de ${size} sont arrivés.`,
    soon: "Il devrait être prêt dans moins d’une minute.",
    inMinutes: plural("fr", {
      one: "Il devrait être prêt dans environ {n} minute.",
      other: "Il devrait être prêt dans environ {n} minutes.",
    }),
    inHours: plural("fr", {
      one: "Il devrait être prêt dans environ {n} heure.",
      other: "Il devrait être prêt dans environ {n} heures.",
    }),
    inDays: plural("fr", {
      one: "Il devrait être prêt dans environ {n} jour.",
      other: "Il devrait être prêt dans environ {n} jours.",
    }),
    unknown: "On ne peut pas encore dire combien de temps cela prendra.",
    paused: "Rien n’est arrivé depuis un moment\u00a0: la personne qui l’envoie a peut-être fait une pause.",
    again: "Vérifier à nouveau",
    byItself:
      "Cette page vérifie d’elle-même de temps en temps. Vous pouvez aussi revenir plus tard\u00a0: le lien reste le même.",
    withPassword: "Vous pouvez revenir plus tard\u00a0: le lien et son mot de passe restent les mêmes.",
  },
  offline: {
    title: "Fichier introuvable",
    first: "Fichier introuvable !",
    second: "Le fichier demandé est introuvable",
    third: "Le fichier demandé a été supprimé",
    advice: "Vérifiez le lien, ou demandez-en un nouveau à la personne qui vous l’a donné.",
  },
  blocked: {
    title: "Fichier bloqué",
    text: "La personne qui gère ce serveur a bloqué ce fichier ; personne ne peut le télécharger",
    advice: "Il reste dans votre compte et vous pouvez le supprimer. Demandez-lui pourquoi.",
  },
  damaged: {
    title: "Fichier endommagé",
    text: "Les données de ce fichier sont endommagées ; il ne peut pas être téléchargé",
    advice: "Son propriétaire peut le réparer en renvoyant le même fichier ; le lien reste le même.",
  },
  restricted: {
    title: "Fichier réservé",
    text: "L’accès à ce fichier est protégé",
    advice:
      "Son propriétaire n’y donne accès qu’à certaines personnes ou certains endroits. Si vous devez y avoir accès, connectez-vous avec le compte qu’il connaît, ou demandez-lui l’accès.",
  },
  noDownload: {
    title: "Pas de téléchargement",
    later: "Réessayez dans un instant.",
    again: "Ouvrez de nouveau la page du fichier pour obtenir votre propre lien.",
  },
  share: shareFrench,
  folder: {
    heading: (name: string) => `Dossier partagé ${name}`,
    hiddenCharacters: "Ce nom contient des caractères cachés et peut être trompeur. Le voici avec eux",
    protectedTitle: "Dossier protégé",
    protectedText: "Il faut un mot de passe pour voir ce dossier.",
    open: "Ouvrir",
    files: plural("fr", { one: "{n} fichier", other: "{n} fichiers" }),
    moreFolders: plural("fr", {
      one: "Il y a d’autres dossiers que celui affiché ici.",
      other: "Il y a d’autres dossiers que les {n} affichés ici.",
    }),
    all: "Tout télécharger en ligne de commande",
    download: "Télécharger",
    name: "Nom",
    size: "Taille",
  },
  noFolder: {
    title: "Dossier introuvable",
    text: "Il n’y a pas de dossier partagé à cette URL",
    advice: "Vérifiez le lien, ou demandez-en un nouveau à la personne qui vous l’a donné.",
  },
  removal: {
    title: "Supprimer ce fichier ?",
    question: "Le fichier et son lien disparaîtront pour tout le monde. C’est définitif.",
    explanation: "Vous voyez cette page parce que vous avez le lien de suppression de ce fichier.",
    remove: "Supprimer le fichier",
    doneTitle: "Fichier supprimé",
    done: "Le fichier a été supprimé",
  },
  network: {
    title: "Votre réseau",
    text: "Tous les réseaux peuvent utiliser ce serveur.",
    yours: (address: string) => `Votre adresse, vue de ce serveur\u00a0: ${address}`,
  },
  database: {
    title: "Réessayez plus tard",
    text: "Connexion à la base de données impossible",
    advice: "Réessayez dans quelques minutes.",
  },
  scan: {
    title: "Veuillez patienter",
    text: "Attendez que l’analyse du fichier soit terminée",
    advice: "Rouvrez le lien du fichier dans un instant.",
  },
  lockedOut: {
    title: "Pas pour le moment",
    banned: "Adresse IP bloquée",
    tooFast: "Vos requêtes sont trop rapprochées",
    reason: "Trop de requêtes sont venues de votre réseau en peu de temps.",
  },
  refusal: {
    title: "Cela n’a pas marché",
    requestNumber: (id: string) => `Numéro de cette requête, pour la personne qui gère ce serveur\u00a0: ${id}`,
  },
  home: {
    title: "Consigne",
    text: "Partage de fichiers auto-hébergé, compatible avec l’API de 1fichier.com. Ouvrez le lien d’un fichier ou d’un dossier pour le télécharger.",
    reference: "Référence de l’API (en anglais)",
    signInToUpload: "Connectez-vous pour envoyer des fichiers.",
    uploadTitle: "Envoyer des fichiers",
    files: "Fichiers",
    most: (size: string) =>
      `Jusqu’à ${size} par fichier. Vous recevez un lien pour chaque fichier, et un autre pour le supprimer.`,
    linkPassword: "Mot de passe des liens",
    optional: "Laissez vide pour des liens que tout le monde peut ouvrir.",
    send: "Envoyer",
  },
  upload: {
    failedTitle: "Échec de l’envoi",
    finishedTitle: "Envoi terminé",
    finished: "Envoi terminé - Liens",
    file: "Fichier",
    size: "Taille",
    link: "Lien de téléchargement",
    removal: "Lien de suppression",
    pages: "Pages de ces fichiers",
    pagesAdvice:
      "Les liens ci-dessus lancent tout de suite votre téléchargement. Ceux-ci montrent la page que voient les autres.",
  },
  account: accountFrench,
  files: filesFrench,
  console: consoleFrench,
  reset: resetFrench,
};

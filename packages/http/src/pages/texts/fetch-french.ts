import type { FetchRefusal, FetchSentences } from "@consigne/core";
import { formatSize } from "../sizes.ts";

/** This server's own refusals, which are otherwise English sentences. */
const refusals: Readonly<Record<FetchRefusal, string>> = {
  "account-locked": "Ce compte est verrouillé ; adressez-vous à la personne qui gère ce serveur.",
  "bad-name": "Aucun fichier ni dossier ne peut porter ce nom ici.",
  "customer-required": "Il faut une offre avec accès à l’API.",
  "empty-file-refused": "Le fichier est vide, et ce serveur n’accepte pas de fichiers vides.",
  "file-too-large": "Le fichier est plus gros que ce que ce serveur ou ce compte accepte.",
  "folder-not-found": "Le dossier de destination n’existe plus.",
  "folder-too-deep": "Aucun dossier n’est possible à cette profondeur.",
  "quota-exceeded": "Il n’y a plus assez de place dans ce compte.",
  "scope-missing": "La clé d’API qui l’a demandé n’en a pas le droit.",
  "storage-full": "Il n’y a plus assez de place sur ce serveur.",
  "storage-unavailable": "Le stockage de ce serveur ne répond pas.",
  "too-busy": "Ce serveur est trop occupé en ce moment.",
  "too-many-files": "Il y a trop de fichiers ou de dossiers.",
  "unknown-credentials": "La clé d’API ou le compte qui l’a demandé n’est plus valable.",
};

const answerParts = { entries: "entrées", values: "valeurs", levels: "niveaux" } as const;

export const fetchFrench: FetchSentences = {
  "address-port": ({ port }) =>
    `Le port ${port} sert à un autre protocole que http ; les navigateurs le refusent aussi.`,
  "address-refused":
    "Cette URL mène à un réseau privé ou local. Ce serveur n’y récupère rien, sauf si la personne qui le gère le permet.",
  "address-scheme": "Seules les URL http, https et ftp peuvent être récupérées.",
  "address-unreadable": "Cette URL est illisible.",
  "answer-too-large": ({ most, of }) =>
    `Une réponse de la source compte plus de ${most.toLocaleString("fr")} ${answerParts[of]}, c’est trop.`,
  answered: ({ host, status, name }) => `${host} a répondu ${status}${name === undefined ? "" : ` (${name})`}.`,
  "broken-off": ({ host }) => `${host} a coupé la connexion avant la fin du fichier.`,
  "call-scheme": "Seules les URL http et https peuvent être appelées.",
  "call-too-long": "Cet appel est trop long pour être envoyé.",
  cancelled: "Annulé.",
  "certificate-untrusted": ({ host }) => `Le certificat de ${host} n’est pas digne de confiance.`,
  "coding-unasked": ({ host }) => `${host} a envoyé le fichier dans un codage qui n’a pas été demandé.`,
  "compressed-unasked": ({ host }) => `${host} a envoyé le fichier compressé alors que ce n’était pas demandé.`,
  "folder-elsewhere": "Ce dossier se trouve en dehors de celui qui est importé.",
  "folder-gone": "Son dossier n’existait plus ; le fichier est dans le dossier racine.",
  "ftp-closed": ({ host }) => `${host} a refusé la connexion.`,
  "ftp-folder": "Cette URL ftp désigne un dossier et non un fichier.",
  "ftp-login-refused": ({ host }) =>
    `${host} a refusé l’identification. Les serveurs qui exigent le chiffrement (FTPS) ne sont pas pris en charge.`,
  "ftp-no-connection": ({ host }) => `${host} n’a proposé aucune connexion pour envoyer le fichier.`,
  "ftp-no-file": ({ host }) => `${host} n’a pas ce fichier ou n’y donne pas accès.`,
  "ftp-path": "Le chemin de cette URL ne peut pas être transmis par ftp.",
  "ftp-text-only": ({ host }) => `${host} n’envoie pas les fichiers tels quels (en binaire).`,
  "head-too-long": ({ host }) => `${host} a envoyé une réponse dont les en-têtes sont trop longs.`,
  "header-unsendable":
    "Un en-tête donné avec cette URL ne peut pas être envoyé : son nom ou sa valeur contient des caractères interdits.",
  "headers-too-long": "Les en-têtes donnés avec cette URL sont trop nombreux ou trop longs.",
  "host-unknown": ({ host }) => `L’hôte ${host} est introuvable.`,
  "interim-without-end": ({ host }) => `${host} envoie des réponses provisoires sans fin.`,
  "length-invalid": ({ host }) => `${host} a annoncé une taille invalide.`,
  "length-untold": "La source n’a pas indiqué de taille : rien ne montre que le fichier est entier.",
  "listed-and-came": ({ listed, received }) => `La source annonçait ${listed} octets, et ${received} sont arrivés.`,
  "listed-and-sends": ({ listed, sent }) => `La source annonçait ${listed} octets et en envoie ${sent}.`,
  "listed-only": ({ listed, count, folder }) =>
    `La source n’indique que ${listed} des ${count} fichiers de ${folder === "" ? "ce dossier" : `« ${folder} »`}.`,
  "listing-elsewhere": ({ url }) => `${url} redirige ailleurs ; indiquez l’URL de la liste elle-même.`,
  "listing-none": ({ url }) => `${url} n’est pas une liste de fichiers de nginx, Apache ou Python.`,
  "listing-too-long": ({ url }) => `La liste de fichiers ${url} est trop longue.`,
  "login-unsendable": "Le nom ou le mot de passe de cette URL ne peut pas être transmis.",
  "not-ftp": ({ host }) => `${host} ne parle pas FTP.`,
  "not-http": ({ host }) => `${host} ne respecte pas les règles de HTTP, ou a envoyé plus que prévu.`,
  "not-modified-unasked": ({ host }) =>
    `${host} a envoyé une réponse qui ne correspond pas à la demande (304 Not Modified).`,
  "other-bytes": ({ host }) => `${host} a envoyé autre chose que ce qui était demandé.`,
  "other-checksum": "Ce qui est arrivé n’a pas la somme de contrôle de la source ; rien n’a été gardé.",
  "other-length": ({ announced, received }) => `La source annonçait ${announced} octets, et ${received} sont arrivés.`,
  "part-unasked": ({ host }) => `${host} n’a envoyé qu’une partie du fichier alors qu’il était demandé en entier.`,
  "protocol-changed": ({ host }) => `${host} a changé de protocole sans que cela soit demandé.`,
  "redirect-circle": ({ host }) => `${host} redirige en boucle.`,
  "redirect-insecure": ({ host }) =>
    `${host} redirige de https vers http, ce qui n’est pas suivi avec un mot de passe ou des en-têtes.`,
  "redirect-nowhere": ({ host }) => `${host} redirige sans dire où.`,
  "redirect-scheme": ({ host }) => `${host} redirige vers une URL qui n’est ni http ni https.`,
  "redirect-useless": ({ host, status }) => `${host} a répondu ${status}, ce qui ne mène à aucun fichier.`,
  "redirects-too-many": "Il y a trop de redirections.",
  "refused-here": ({ reason }) => refusals[reason],
  "replies-without-end": ({ host }) => `${host} envoie des réponses sans fin.`,
  "secrets-unreadable":
    "Le serveur ne peut plus lire le mot de passe ou les en-têtes de cette demande ; ajoutez l’URL à nouveau.",
  "sent-more": ({ host }) => `${host} a envoyé plus que prévu.`,
  "server-failed": "Une erreur s’est produite sur ce serveur ; la personne qui le gère peut en chercher la raison.",
  "source-asks-password": ({ text }) => `La source demande un mot de passe : ${text}`,
  "source-changed-each-time": "Le fichier de la source a changé à chaque reprise.",
  "source-changed-length": "La taille du fichier de la source a changé entre-temps.",
  "source-key-refused": ({ text }) => `La source refuse la clé d’API : ${text}`,
  "source-key-unreadable": "Le serveur ne peut plus lire la clé d’API de la source ; relancez l’importation.",
  "source-locked": ({ text }) => `La source nous fait attendre : ${text}`,
  "source-other-place": "La source n’a pas repris à l’endroit demandé.",
  "source-says": ({ text }) => `La source répond : ${text}`,
  "source-unavailable": ({ text }) => `La source n’est pas joignable en ce moment : ${text}`,
  "status-invalid": ({ host, status }) => `${host} a répondu ${status}, qui n’est pas un statut valide.`,
  text: ({ text }) => text,
  "tls-failed": ({ host }) => `Aucune connexion sécurisée à ${host} n’a pu être établie.`,
  "too-slow": ({ host }) => `${host} envoie trop lentement, ou rien du tout.`,
  "took-too-long": ({ hours }) =>
    `Rien n’était arrivé en entier après ${hours} heures, et un nouvel essai durerait autant.`,
  unreachable: ({ host }) => `Impossible de se connecter à ${host}.`,
  "web-page": ({ type, sizeBytes }) =>
    `Une page web est arrivée (${type}, ${formatSize(sizeBytes, "fr")}) : peut-être une page de connexion ou d’erreur.`,
};

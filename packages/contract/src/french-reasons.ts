import type { RefusalReason } from "./wire-errors.ts";

/** The reasons of errors for people who read French, on pages and in the console; `{value}` is `reason_value`. */
export const frenchReasons: Readonly<Record<RefusalReason, string>> = {
  "access-list-long":
    "La liste d’accès est plus longue que permis pour un lien ({value} octets). Rien n’a été modifié ; retirez-en des entrées.",
  "address-differs": "Ce n’est pas l’adresse de votre compte. Rien n’a été supprimé.",
  "address-unfetchable":
    "« {value} » ne peut pas être récupéré : ce n’est pas une adresse http, https ou ftp. Rien n’a été ajouté.",
  "addresses-many": "Une demande accepte au plus {value} adresses. Rien n’a été ajouté ; divisez la liste.",
  "attributes-long":
    "Les notes et les listes d’accès de ces fichiers sont trop longues au total. Rien n’a été modifié ; sélectionnez moins de fichiers.",
  "credentials-gone":
    "Le nom et le mot de passe pour {value} ne sont plus conservés. Rien n’a été ajouté ; demandez de nouveau cette adresse.",
  "email-unreadable": "Ce n’est pas une adresse e-mail. Rien n’a été modifié.",
  "end-past": "La fin doit être dans le futur. Rien n’a été modifié.",
  "grace-long": "L’ancienne clé peut servir encore au plus {value} jours. Rien n’a été modifié.",
  "key-address": "« {value} » n’est ni une adresse ni un réseau comme 192.0.2.0/24. Rien n’a été modifié.",
  "key-addresses-many": "Une clé accepte au plus {value} adresses. Rien n’a été modifié.",
  "key-ended": "Cette clé ne sert plus et ne peut pas être rétablie. Créez-en une nouvelle.",
  "link-needs-key":
    "Un lien de 1fichier.com demande une clé d’API d’un compte de ce site : importez-le. Rien n’a été ajouté.",
  "link-password-long": "Le mot de passe d’un lien a au plus {value} octets. Rien n’a été modifié.",
  "link-password-short": "Le mot de passe d’un lien demande au moins {value} caractères. Rien n’a été modifié.",
  "links-forgotten":
    "Les liens de cette importation ne sont plus conservés. Rien n’a été commencé ; importez-les de nouveau.",
  "links-many": "Un fichier ou un dossier a au plus {value} liens supplémentaires. Supprimez-en un qui ne sert plus.",
  "list-long": "La liste accepte au plus {value} entrées. Rien n’a été modifié.",
  "names-alike": "Trop d’éléments s’y appellent « {value} ». Rien n’a été modifié ; renommez-en d’abord quelques-uns.",
  "not-ended": "Ce n’est pas encore terminé. Annulez d’abord.",
  "note-long": "Une note a au plus {value} caractères. Rien n’a été modifié ; raccourcissez-la.",
  "nothing-again": "Rien ne peut y être réessayé.",
  "number-outside": "Un nombre est hors des limites permises. Rien n’a été modifié.",
  "own-account": "Vous ne pouvez pas verrouiller votre propre compte.",
  "own-address": "C’est votre propre adresse. Rien n’a été partagé.",
  "own-link": "Le lien propre d’un fichier ne peut pas être supprimé. Vous pouvez le désactiver.",
  "password-long": "Un mot de passe a au plus {value} octets. Rien n’a été modifié.",
  "password-short": "Un mot de passe demande au moins {value} caractères. Rien n’a été modifié.",
  "password-weak": "Ce mot de passe est trop facile à deviner. Choisissez-en un autre.",
  "people-many": "Un dossier peut être partagé avec au plus {value} personnes. Rien n’a été partagé.",
  "replaced-twice": "L’un des fichiers figure deux fois dans la liste. Rien n’a été remplacé.",
  "replacement-links":
    "Ce fichier a déjà {value} liens supplémentaires et il lui en faut un de plus. Rien n’a été remplacé ; supprimez un lien.",
  "replacement-versions": "Le nouveau fichier a lui-même des versions précédentes. Rien n’a été remplacé.",
  "search-words": "Une recherche accepte au plus {value} mots.",
  "shares-many":
    "Un compte peut avoir au plus {value} partages. Rien n’a été partagé ; arrêtez d’abord d’autres partages.",
  "source-address":
    "L’adresse d’une source commence par http:// ou https:// et ne contient ni nom ni mot de passe. Rien n’a été commencé.",
  "source-key-missing":
    "La clé d’API de la source n’est plus conservée. Rien n’a été commencé ; saisissez-la de nouveau.",
  "source-links-many": "Une importation accepte au plus {value} liens. Rien n’a été commencé ; divisez la liste.",
  "source-path-long": "Le chemin sur la source est trop long. Rien n’a été commencé.",
  "source-secret":
    "La clé ou le mot de passe de la source a au plus {value} caractères, sans saut de ligne. Rien n’a été commencé.",
  "text-empty": "Un champ obligatoire est vide. Rien n’a été modifié.",
  "text-long": "Un champ accepte au plus {value} caractères. Rien n’a été modifié ; raccourcissez le texte.",
  "text-short": "Un champ demande au moins {value} caractères. Rien n’a été modifié.",
};

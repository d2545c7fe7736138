import type { RefusalReason } from "./wire-errors.ts";

/** The reasons of errors for people who read French, on pages and in the console; `{value}` is `reason_value`. */
export const frenchReasons: Readonly<Record<RefusalReason, string>> = {
  "access-list-too-long":
    "La liste d’accès est plus longue que permis pour un lien ({value} octets). Rien n’a été modifié ; retirez-en des entrées.",
  "address-differs": "Ce n’est pas l’adresse de votre compte. Rien n’a été supprimé.",
  "address-not-fetchable":
    "« {value} » ne peut pas être récupéré : ce n’est pas une URL http, https ou ftp. Rien n’a été ajouté.",
  "too-many-addresses": "Une demande accepte au plus {value} URL. Rien n’a été ajouté ; divisez la liste.",
  "attributes-too-long":
    "Les notes et les listes d’accès de ces fichiers sont trop longues au total. Rien n’a été modifié ; sélectionnez moins de fichiers.",
  "credentials-not-stored":
    "Le nom et le mot de passe pour {value} ne sont plus conservés. Rien n’a été ajouté ; demandez de nouveau cette URL.",
  "email-invalid": "Ce n’est pas une adresse e-mail. Rien n’a été modifié.",
  "expiry-in-past": "La fin doit être dans le futur. Rien n’a été modifié.",
  "grace-too-long": "L’ancienne clé peut servir encore au plus {value} jours. Rien n’a été modifié.",
  "key-address-invalid": "« {value} » n’est ni une adresse ni un réseau comme 192.0.2.0/24. Rien n’a été modifié.",
  "too-many-key-addresses": "Une clé accepte au plus {value} adresses. Rien n’a été modifié.",
  "key-ended": "Cette clé ne sert plus et ne peut pas être rétablie. Créez-en une nouvelle.",
  "link-needs-key":
    "Un lien de 1fichier.com demande une clé d’API d’un compte de ce site : importez-le. Rien n’a été ajouté.",
  "link-password-too-long": "Le mot de passe d’un lien a au plus {value} octets. Rien n’a été modifié.",
  "link-password-too-short": "Le mot de passe d’un lien demande au moins {value} caractères. Rien n’a été modifié.",
  "links-not-stored":
    "Les liens de cette importation ne sont plus conservés. Rien n’a été commencé ; importez-les de nouveau.",
  "too-many-links":
    "Un fichier ou un dossier a au plus {value} liens supplémentaires. Supprimez-en un qui ne sert plus.",
  "list-too-long": "La liste accepte au plus {value} entrées. Rien n’a été modifié.",
  "too-many-same-names":
    "Trop d’éléments s’y appellent « {value} ». Rien n’a été modifié ; renommez-en d’abord quelques-uns.",
  "not-ended": "Ce n’est pas encore terminé. Annulez d’abord.",
  "note-too-long": "Une note a au plus {value} caractères. Rien n’a été modifié ; raccourcissez-la.",
  "nothing-to-retry": "Rien ne peut y être réessayé.",
  "number-out-of-range": "Un nombre est hors des limites permises. Rien n’a été modifié.",
  "own-account": "Vous ne pouvez pas verrouiller votre propre compte.",
  "own-address": "C’est votre propre adresse. Rien n’a été partagé.",
  "own-link": "Le lien propre d’un fichier ne peut pas être supprimé. Vous pouvez le désactiver.",
  "password-too-long": "Un mot de passe a au plus {value} octets. Rien n’a été modifié.",
  "password-too-short": "Un mot de passe demande au moins {value} caractères. Rien n’a été modifié.",
  "password-too-weak": "Ce mot de passe est trop facile à deviner. Choisissez-en un autre.",
  "too-many-people": "Un dossier peut être partagé avec au plus {value} personnes. Rien n’a été partagé.",
  "replaced-twice": "L’un des fichiers figure deux fois dans la liste. Rien n’a été remplacé.",
  "replacement-has-too-many-links":
    "Ce fichier a déjà {value} liens supplémentaires et il lui en faut un de plus. Rien n’a été remplacé ; supprimez un lien.",
  "replacement-has-versions": "Le nouveau fichier a lui-même des versions précédentes. Rien n’a été remplacé.",
  "too-many-search-words": "Une recherche accepte au plus {value} mots.",
  "too-many-shares":
    "Un compte peut avoir au plus {value} partages. Rien n’a été partagé ; arrêtez d’abord d’autres partages.",
  "source-address-invalid":
    "L’URL d’une source commence par http:// ou https:// et ne contient ni nom ni mot de passe. Rien n’a été commencé.",
  "source-key-missing":
    "La clé d’API de la source n’est plus conservée. Rien n’a été commencé ; saisissez-la de nouveau.",
  "too-many-source-links": "Une importation accepte au plus {value} liens. Rien n’a été commencé ; divisez la liste.",
  "source-path-too-long": "Le chemin sur la source est trop long. Rien n’a été commencé.",
  "source-secret-invalid":
    "La clé ou le mot de passe de la source a au plus {value} caractères, sans saut de ligne. Rien n’a été commencé.",
  "text-empty": "Un champ obligatoire est vide. Rien n’a été modifié.",
  "text-too-long": "Un champ accepte au plus {value} caractères. Rien n’a été modifié ; raccourcissez le texte.",
  "text-too-short": "Un champ demande au moins {value} caractères. Rien n’a été modifié.",
};

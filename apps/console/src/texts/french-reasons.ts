import type { texts as english } from "./english-reasons.ts";

export const texts: Readonly<Record<keyof typeof english, string>> = {
  "why.access-list-long":
    "La liste d’accès est plus longue que permis pour un lien ({value} octets). Rien n’a été modifié ; retirez-en des entrées.",
  "why.address-differs": "Ce n’est pas l’adresse de votre compte. Rien n’a été supprimé.",
  "why.address-unfetchable":
    "« {value} » ne peut pas être récupéré : ce n’est pas une adresse http, https ou ftp. Rien n’a été ajouté.",
  "why.addresses-many": "Une demande accepte au plus {value} adresses. Rien n’a été ajouté ; partagez la liste.",
  "why.attributes-long":
    "Les notes et les listes d’accès de tant de fichiers sont trop longues ensemble. Rien n’a été modifié ; sélectionnez moins de fichiers.",
  "why.credentials-gone":
    "Le nom et le mot de passe pour {value} ne sont pas conservés. Rien n’a été ajouté ; demandez de nouveau cette adresse.",
  "why.email-unreadable": "Ce n’est pas une adresse e-mail. Rien n’a été modifié.",
  "why.end-past": "La fin doit être dans le futur. Rien n’a été modifié.",
  "why.grace-long": "L’ancienne clé peut servir encore au plus {value} jours. Rien n’a été modifié.",
  "why.key-address": "« {value} » n’est ni une adresse ni un réseau comme 192.0.2.0/24. Rien n’a été modifié.",
  "why.key-addresses-many": "Une clé accepte au plus {value} adresses. Rien n’a été modifié.",
  "why.key-ended": "Cette clé ne sert plus et ne peut pas être rétablie. Créez-en une nouvelle.",
  "why.link-needs-key":
    "Un lien de 1fichier.com demande une clé d’API d’un compte de là-bas : importez-le. Rien n’a été ajouté.",
  "why.link-password-long": "Le mot de passe d’un lien a au plus {value} octets. Rien n’a été modifié.",
  "why.link-password-short": "Le mot de passe d’un lien demande au moins {value} caractères. Rien n’a été modifié.",
  "why.links-forgotten":
    "Les liens de cette importation ne sont pas conservés. Rien n’a été commencé ; importez-les de nouveau.",
  "why.links-many":
    "Un fichier ou un dossier a au plus {value} liens supplémentaires. Supprimez-en un qui ne sert plus.",
  "why.list-long": "La liste accepte au plus {value} entrées. Rien n’a été modifié.",
  "why.names-alike":
    "Trop d’éléments s’y appellent « {value} ». Rien n’a été modifié ; renommez-en d’abord quelques-uns.",
  "why.not-ended": "Ce n’est pas encore terminé. Annulez d’abord.",
  "why.note-long": "Une note a au plus {value} caractères. Rien n’a été modifié ; raccourcissez-la.",
  "why.nothing-again": "Rien là-dedans ne peut être réessayé.",
  "why.number-outside": "Un nombre sort des limites permises. Rien n’a été modifié.",
  "why.own-account": "Vous ne pouvez pas verrouiller votre propre compte.",
  "why.own-address": "C’est votre propre adresse. Rien n’a été partagé.",
  "why.own-link": "Le lien propre d’un fichier reste avec lui. Vous pouvez le désactiver.",
  "why.password-long": "Un mot de passe a au plus {value} octets. Rien n’a été modifié.",
  "why.password-short": "Un mot de passe demande au moins {value} caractères. Rien n’a été modifié.",
  "why.password-weak": "Ce mot de passe est trop facile à deviner. Choisissez-en un autre.",
  "why.people-many": "Un dossier est partagé avec au plus {value} personnes. Rien n’a été partagé.",
  "why.replaced-twice": "L’un des fichiers a été nommé deux fois. Rien n’a été remplacé.",
  "why.replacement-links":
    "Ce fichier a déjà {value} liens supplémentaires et il lui en faut un de plus. Rien n’a été remplacé ; supprimez un lien.",
  "why.replacement-versions": "Le nouveau fichier a lui-même des versions antérieures. Rien n’a été remplacé.",
  "why.search-words": "Une recherche accepte au plus {value} mots.",
  "why.shares-many":
    "Un compte partage des dossiers au plus {value} fois. Rien n’a été partagé ; arrêtez d’abord d’autres partages.",
  "why.source-address":
    "L’adresse d’une source commence par http:// ou https:// et ne contient ni nom ni mot de passe. Rien n’a été commencé.",
  "why.source-key-missing":
    "La clé d’API de la source n’est pas conservée. Rien n’a été commencé ; saisissez-la de nouveau.",
  "why.source-links-many": "Une importation accepte au plus {value} liens. Rien n’a été commencé ; partagez la liste.",
  "why.source-path-long": "Le chemin sur la source est trop long. Rien n’a été commencé.",
  "why.source-secret":
    "La clé ou le mot de passe de la source a au plus {value} caractères, sans saut de ligne. Rien n’a été commencé.",
  "why.text-empty": "Un champ obligatoire est vide. Rien n’a été modifié.",
  "why.text-long": "Un champ accepte au plus {value} caractères. Rien n’a été modifié ; raccourcissez le texte.",
  "why.text-short": "Un champ demande au moins {value} caractères. Rien n’a été modifié.",
};

import type { texts as english } from "./english-refusals.ts";

export const texts: Readonly<Record<keyof typeof english, string>> = {
  "refused.sameName": "Les noms sont les mêmes qu’avant. Rien n’a été modifié.",
  "refused.badName": "Ce nom n’est pas permis. Rien n’a été modifié ; choisissez-en un autre.",
  "refused.cycle": "Un dossier ne peut pas être déplacé dans lui-même. Rien n’a été modifié.",
  "refused.root": "Le dossier le plus haut ne peut pas être modifié.",
  "refused.tooDeep":
    "Il y aurait trop de dossiers les uns dans les autres. Rien n’a été modifié ; choisissez un dossier plus haut.",
  "refused.weakPassword": "Ce mot de passe est trop facile à deviner. Choisissez-en un autre.",
  "refused.badEmail": "Ce n’est pas une adresse e-mail.",
  "refused.accountExists": "Un autre compte a cette adresse. Rien n’a été modifié.",
  "refused.letters": "Trop de messages ont été demandés. Réessayez dans une heure.",
  "refused.tooManyKeys": "Ce compte a le nombre maximal de clés d’API. Révoquez-en une qui ne sert plus.",
  "refused.tooManyUploads": "Trop d’envois de ce compte sont en cours. Attendez que l’un d’eux se termine.",
  "refused.tooManyFiles": "Il y a plus de fichiers que permis en un envoi. Rien n’a été enregistré.",
  "refused.tooLarge": "Le fichier est plus grand que ce serveur ne le permet. Rien n’a été enregistré.",
  "refused.emptyFile": "Ce serveur refuse les fichiers vides.",
  "refused.requestLarge":
    "Le serveur n’accepte pas autant à la fois. Rien n’a été modifié ; faites-le en plusieurs fois.",
  "refused.brokeOff": "L’envoi s’est interrompu en route, et rien de ce fichier n’a été enregistré. Réessayez.",
  "refused.digest": "Les données ont été altérées en route et n’ont pas été conservées. Réessayez.",
  "refused.lastAdministrator": "Un serveur a besoin d’au moins un administrateur. Rien n’a été modifié.",
  "refused.ownerLocked": "Le compte de son propriétaire est verrouillé.",
  "refused.storage": "Le serveur n’atteint pas son stockage. Rien n’a été modifié ; réessayez plus tard.",
  "refused.damaged": "Les données de ce fichier sont endommagées. Envoyer à nouveau le même fichier le répare.",
  "refused.blocked": "La personne qui gère ce serveur a bloqué ce fichier.",
  "refused.arriving": "Ce fichier est encore en cours d’envoi. Réessayez quand il sera arrivé en entier.",
};

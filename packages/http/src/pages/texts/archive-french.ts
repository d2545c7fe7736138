import type { archiveEnglish } from "./archive-english.ts";

export const archiveFrench: typeof archiveEnglish = {
  "file-gone": "Il a été supprimé ou déplacé, ou n’est pas accessible.",
  "folder-gone": "Il a été supprimé, déplacé ou fermé.",
  blocked: "La personne qui gère ce serveur l’a bloqué.",
  damaged: "Ses données sont endommagées.",
  password: "Il a son propre mot de passe : ouvrez son lien.",
  "not-admitted": "Son propriétaire ne vous y donne pas accès.",
  "link-ended": "Son lien a expiré.",
  "link-off": "Son lien est désactivé.",
  counted: "Son propre lien a une limite de téléchargements : ouvrez ce lien.",
  "link-used-up": "Son lien a atteint sa limite de téléchargements.",
  "owner-locked": "Le compte de son propriétaire est verrouillé.",
  unreadable: "Il n’a pas pu être lu ; réessayez plus tard.",
  "path-too-long": "Son chemin est trop long.",
  full: "et tout ce qui suivrait : une archive n’en contient pas plus. Téléchargez-le séparément.",
  "and-more": "et d’autres.",
};

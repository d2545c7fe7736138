import type { texts as english } from "./english-frame.ts";

export const texts: Readonly<Record<keyof typeof english, string>> = {
  "nav.settings": "Réglages",
  "nav.activity": "Activité",
  "nav.admin": "Administration",
  "search.title": "Recherche",
  "nav.shared": "Partagés avec moi",
  "nav.transfers": "Transferts",
  "nav.trash": "Corbeille",
  "nav.more": "Plus",
  "proof.none": "Rien n’a été modifié : votre mot de passe n’a pas été saisi.",
  "app.copy": "Copier",
  "app.copied": "Copié",
  "app.actions": "Actions",
  "app.actionsOf": "Actions pour {name}",
  "app.never": "jamais",
};

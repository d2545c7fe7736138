import type { frameTexts as english } from "./english-frame.ts";

export const frameTexts: Readonly<Record<keyof typeof english, string>> = {
  "nav.settings": "Réglages",
  "nav.more": "Plus",
  "proof.title": "Est-ce bien vous ?",
  "proof.text": "Cette action demande votre mot de passe, car vous l’avez donné il y a plus de dix minutes.",
  "proof.password": "Mot de passe actuel",
  "proof.go": "Continuer",
  "proof.empty": "Donnez votre mot de passe.",
  "proof.wrong": "Ce n’est pas votre mot de passe.",
  "proof.none": "Rien n’a été modifié : votre mot de passe n’a pas été donné.",
  "app.copy": "Copier",
  "app.copied": "Copié",
  "app.actions": "Actions",
  "app.actionsOf": "Actions pour {name}",
  "app.never": "jamais",
};

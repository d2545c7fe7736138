import type { texts as english } from "./english-proof.ts";

export const texts: Readonly<Record<keyof typeof english, string>> = {
  "proof.title": "Est-ce bien vous ?",
  "proof.text": "Cette action demande votre mot de passe, car vous l’avez saisi il y a plus de dix minutes.",
  "proof.password": "Mot de passe actuel",
  "proof.go": "Continuer",
  "proof.empty": "Saisissez votre mot de passe.",
  "proof.wrong": "Ce n’est pas votre mot de passe.",
};

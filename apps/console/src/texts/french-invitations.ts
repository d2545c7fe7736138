import type { texts as english } from "./english-invitations.ts";

export const texts: Readonly<Record<keyof typeof english, string>> = {
  "inv.part": "Invitations",
  "inv.none": "Personne n’a été invité ce dernier mois.",
  "inv.ask": "Inviter…",
  "inv.title": "Inviter quelqu’un",
  "inv.text":
    "Un lien est envoyé à cette adresse. La personne qui l’ouvre choisit un mot de passe ; le compte est alors ouvert.",
  "inv.language": "Langue du message",
  "inv.do": "Envoyer l’invitation",
  "inv.taken": "Un compte a déjà cette adresse.",
  "inv.manyLetters":
    "Trop de messages ont été envoyés à cette adresse, ou trop d’invitations sont ouvertes. Réessayez dans une heure.",
  "inv.mailed": "Une invitation est envoyée à {name}. Elle est valable une semaine.",
  "inv.outbox":
    "Un message avec une invitation pour {name} est prêt. Ce serveur n’envoie pas d’e-mails : transmettez le message qui se trouve dans le dossier outbox de son dossier de données.",
  "inv.by": "invité par {name}",
  "inv.byOperator": "invité par la personne qui gère le serveur",
  "inv.sent": "Message",
  "inv.notYet": "pas encore envoyé",
  "inv.state.pending": "en attente",
  "inv.state.expired": "expirée",
  "inv.state.accepted": "acceptée",
  "inv.state.revoked": "annulée",
  "inv.state.replaced": "remplacée par une autre",
  "inv.again": "Envoyer à nouveau",
  "inv.revoke": "Annuler l’invitation",
  "inv.revoked": "L’invitation de {name} est annulée",
};

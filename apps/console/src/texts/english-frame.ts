/** What every page has, beside its own. */
export const frameTexts = {
  "nav.settings": "Settings",
  "nav.more": "More",
  "proof.title": "Is it you?",
  "proof.text": "This takes your password, because you gave it more than ten minutes ago.",
  "proof.password": "Current password",
  "proof.go": "Continue",
  "proof.empty": "Give your password.",
  "proof.wrong": "That is not your password.",
  "proof.none": "Nothing was changed: your password was not given.",
  "app.copy": "Copy",
  "app.copied": "Copied",
  "app.actions": "Actions",
  "app.actionsOf": "Actions for {name}",
  "app.never": "never",
};

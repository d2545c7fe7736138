/** Shared by all pages. */
export const texts = {
  "nav.settings": "Settings",
  "nav.activity": "Activity",
  "nav.admin": "Administration",
  "search.title": "Search",
  "nav.shared": "Shared with me",
  "nav.transfers": "Transfers",
  "nav.trash": "Trash",
  "nav.more": "More",
  "proof.none": "Nothing was changed: your password was not entered.",
  "app.copy": "Copy",
  "app.copied": "Copied",
  "app.actions": "Actions",
  "app.actionsOf": "Actions for {name}",
  "app.never": "never",
};

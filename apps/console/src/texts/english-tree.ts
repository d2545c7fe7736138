/** Shown in the folder tree beside the names. */
export const texts = {
  "tree.more": "Show more folders",
  "tree.failed": "Could not be loaded. Try again",
  "tree.inList": "The others are in the list",
} as const;

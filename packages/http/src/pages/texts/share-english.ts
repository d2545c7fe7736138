/** About links and their targets. */
export const shareEnglish = {
  zip: "All as one zip file",
  zipHint: "Not compressed; contains a list of checksums.",
  ended: {
    title: "Link ended",
    text: "This link has ended",
    advice: "Ask whoever gave it to you for a new one.",
  },
  usedUp: {
    title: "Link used up",
    text: "This link has reached its download limit",
    advice: "Ask whoever gave it to you for a new one.",
  },
  off: {
    title: "Link switched off",
    text: "This link is switched off",
    advice: "Ask whoever gave it to you.",
  },
};

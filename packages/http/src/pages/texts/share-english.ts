/** About links and what they lead to. */
export const shareEnglish = {
  zip: "All as one zip file",
  zipHint: "Not compressed; with a list of checksums in it.",
};

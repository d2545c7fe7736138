import type { LeftOutReason } from "@consigne/core";

/** Why something is missing from an archive. */
export const archiveEnglish: Readonly<Record<LeftOutReason, string>> = {
  "file-gone": "It was removed or moved, or is not available.",
  "folder-gone": "It was removed, moved or closed.",
  blocked: "The operator of this server has blocked it.",
  damaged: "Its stored data is damaged.",
  password: "It has its own password: open its link.",
  "not-admitted": "Its owner does not give you access.",
  "link-ended": "Its link has ended.",
  "link-off": "Its link is switched off.",
  counted: "Its own link has a download limit: open that link.",
  "link-used-up": "Its link has reached its download limit.",
  "owner-locked": "The account of its owner is locked.",
  unreadable: "It could not be read; try again later.",
  "path-too-long": "Its path is too long.",
  full: "and everything after it: the archive is full. Download it separately.",
  "and-more": "and more.",
};

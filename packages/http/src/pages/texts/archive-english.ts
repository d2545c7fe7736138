import type { LeftOutReason } from "@consigne/core";

/** Why something is not in an archive. */
export const archiveEnglish: Readonly<Record<LeftOutReason, string>> = {
  "file-gone": "It was removed or moved away, or is not to be had.",
  "folder-gone": "It was removed, moved away or closed.",
  blocked: "The operator of this server has blocked it.",
  damaged: "Its stored bytes are damaged.",
  password: "It asks for a password of its own: open its link.",
  "not-admitted": "Its owner does not admit you.",
  "link-ended": "Its link has ended.",
  "link-off": "Its link is switched off.",
  counted: "It may be downloaded only so many times, by its own link.",
  "link-used-up": "Its link has been used as often as it may be.",
  "owner-locked": "Its owner is locked.",
  unreadable: "It could not be read; try again later.",
  "path-too-long": "Its path is too long.",
  full: "and all that would follow: an archive holds no more. Download it by itself.",
  "and-more": "and more.",
};

import type { Link, LinkRules } from "@consigne/sdk";
import { accessTexts } from "../command-line/access-options.ts";
import { counted } from "../command-line/amounts.ts";
import { timeText } from "../command-line/times.ts";
import { visible } from "../command-line/visible-text.ts";

/** Fields for `--json`. */
export const linkFields = [
  "id",
  "url",
  "isOwn",
  "hasPassword",
  "isRestricted",
  "access",
  "expiresAt",
  "maxDownloads",
  "downloads",
  "isEnabled",
  "note",
  "createdAt",
] as const;

/** What people look for first: the URL, how often it was used, and its restrictions. */
export function lineOf(link: Link): string {
  const { downloads, maxDownloads } = link;
  const rules = [
    ...(link.isOwn ? ["its own link"] : []),
    maxDownloads === undefined
      ? counted(downloads, "download")
      : `${downloads} of ${counted(maxDownloads, "download")}`,
    ...(link.isEnabled ? [] : ["switched off"]),
    ...(link.hasPassword ? ["password"] : []),
    ...(link.access === undefined ? [] : accessTexts(link.access)),
    ...(link.expiresAt === undefined ? [] : [`until ${timeText(link.expiresAt)}`]),
    ...(link.note === "" ? [] : [visible(link.note)]),
  ];
  return `${visible(link.url)}  ${rules.join(", ")}`;
}

/** How a dry run describes the given rules. */
export function rulesText({ password, expiresAt, maxDownloads, access, note, isEnabled }: LinkRules): string[] {
  const asks = password === undefined ? [] : [password === "" ? "no password" : "password"];
  const end = expiresAt === undefined ? [] : [expiresAt === "never" ? "no end" : `until ${timeText(expiresAt)}`];
  const most = maxDownloads === 0 ? "any number of downloads" : `at most ${counted(maxDownloads ?? 0, "download")}`;
  return [
    ...(isEnabled === undefined ? [] : [isEnabled ? "switched on" : "switched off"]),
    ...asks,
    ...end,
    ...(maxDownloads === undefined ? [] : [most]),
    ...(access === undefined ? [] : access === null ? ["for everybody"] : accessTexts(access)),
    ...(note === undefined ? [] : [note === "" ? "no note" : visible(note)]),
  ];
}

import type { Link, LinkRules } from "@consigne/sdk";
import { counted } from "../command-line/amounts.ts";
import { timeText } from "../command-line/times.ts";
import { visible } from "../command-line/visible-text.ts";

/** Of `--json`. */
export const linkFields = [
  "id",
  "url",
  "hasPassword",
  "isRestricted",
  "endsAt",
  "maxDownloads",
  "downloads",
  "isOn",
  "note",
  "madeAt",
] as const;

export const fieldsOf = ({ date, ...link }: Link) => ({ ...link, madeAt: date });

/** What somebody looks for first: the address, how often it was used, and what restricts it. */
export function lineOf(link: Link): string {
  const { downloads, maxDownloads } = link;
  const rules = [
    maxDownloads === undefined
      ? counted(downloads, "download")
      : `${downloads} of ${counted(maxDownloads, "download")}`,
    ...(link.isOn ? [] : ["switched off"]),
    ...(link.hasPassword ? ["password"] : []),
    ...(link.isRestricted ? ["restricted"] : []),
    ...(link.endsAt === undefined ? [] : [`until ${timeText(link.endsAt)}`]),
    ...(link.note === "" ? [] : [visible(link.note)]),
  ];
  return `${visible(link.url)}  ${rules.join(", ")}`;
}

/** What a dry run says of the rules that were given. */
export function rulesText({ password, endsAt, maxDownloads, note, isOn }: LinkRules): string[] {
  const asks = password === undefined ? [] : [password === "" ? "no password" : "password"];
  const end = endsAt === undefined ? [] : [endsAt === "never" ? "no end" : `until ${timeText(endsAt)}`];
  const most = maxDownloads === 0 ? "any number of downloads" : `at most ${counted(maxDownloads ?? 0, "download")}`;
  return [
    ...(isOn === undefined ? [] : [isOn ? "switched on" : "switched off"]),
    ...asks,
    ...end,
    ...(maxDownloads === undefined ? [] : [most]),
    ...(note === undefined ? [] : [note === "" ? "no note" : visible(note)]),
  ];
}

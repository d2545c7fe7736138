import type { AccessRules, Link } from "@consigne/sdk";
import type { Entry } from "../api/entries.ts";
import { RowMenu } from "../frame/row-menu.tsx";
import { wholeLastDay } from "../looks/day-field.ts";
import { formatDay, formatMoment } from "../looks/format.ts";
import type { Language } from "../texts/language.ts";
import { type Text, useText } from "../texts/use-text.ts";
import { LinkLine } from "./link-line.tsx";
import styles from "./share.module.css";

interface Props {
  link: Link;
  entry: Entry;
  onTurn(): void;
  onChange(): void;
  /** Missing if it cannot be removed without its file. */
  onRemove?: (() => void) | undefined;
}

/** A link with its actions and its rules. */
export function LinkFacts({ link, entry, onTurn, onChange, onRemove }: Props) {
  const { text, language } = useText("attributes", "share");
  const facts = factsOf(link, text, language);
  return (
    <>
      {link.note !== "" && <p className={styles.note}>{link.note}</p>}
      <LinkLine url={link.url} entry={entry}>
        <RowMenu
          name={link.url}
          actions={[
            { text: text("share.change"), icon: "pen", onAction: onChange },
            { text: text(link.isEnabled ? "share.turnOff" : "share.turnOn"), icon: "out", onAction: onTurn },
            ...(onRemove === undefined
              ? []
              : [{ text: text("share.remove"), icon: "bin" as const, onAction: onRemove }]),
          ]}
        />
      </LinkLine>
      {facts.length > 0 && <p className="quiet">{facts.join(" · ")}</p>}
    </>
  );
}

const isEnded = ({ expiresAt }: Link) => expiresAt !== undefined && expiresAt.getTime() <= Date.now();
const isUsedUp = ({ downloads, maxDownloads }: Link) => maxDownloads !== undefined && downloads >= maxDownloads;
export const isOver = (link: Link) => !link.isEnabled || isEnded(link) || isUsedUp(link);

const FEW = 3;

/** Whom it admits: the first few, and the number of others. */
function accessFacts(
  { countries, addresses, emails, isCustomersOnly }: AccessRules,
  text: Text<"attributes" | "share">,
): string[] {
  const named = (kind: "countries" | "addresses" | "emails", entries: readonly string[] = []) => {
    if (entries.length === 0) return [];
    const names = entries.slice(0, FEW).join(", ");
    return [text(`access.list.${kind}`, { names, more: Math.max(0, entries.length - FEW) })];
  };
  return [
    ...named("countries", countries),
    ...named("addresses", addresses),
    ...named("emails", emails),
    ...(isCustomersOnly === true ? [text("access.list.customers")] : []),
  ];
}

/**
 * Downloads through a file's own link are only counted separately if they are limited: the details show those of the
 * whole file.
 */
function countOf({ isOwn, downloads, maxDownloads }: Link, text: Text<"attributes" | "share">): string[] {
  if (maxDownloads !== undefined) return [text("share.downloadsOf", { count: downloads, most: maxDownloads })];
  return isOwn ? [] : [text("share.downloads", { count: downloads })];
}

/** If it does not work, first the reason. */
function factsOf(link: Link, text: Text<"attributes" | "share">, language: Language): string[] {
  const { expiresAt } = link;
  const lastDay = expiresAt === undefined ? undefined : wholeLastDay(expiresAt);
  const date = expiresAt === undefined ? "" : formatMoment(expiresAt, language);
  // An end at midnight was entered as a last day.
  const ends = lastDay === undefined ? "share.ends" : "share.lastDayIs";
  const ended = lastDay === undefined ? "share.ended" : "share.lastDayWas";
  const named = { date: lastDay === undefined ? date : formatDay(lastDay, language) };
  return [
    ...(link.isEnabled ? [] : [text("share.off")]),
    ...(isUsedUp(link) ? [text("share.usedUp")] : []),
    ...countOf(link, text),
    ...(link.hasPassword ? [text("share.hasPassword")] : []),
    ...(link.access === undefined ? [] : accessFacts(link.access, text)),
    ...(expiresAt === undefined ? [] : [text(isEnded(link) ? ended : ends, named)]),
  ];
}

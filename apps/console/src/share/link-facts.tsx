import type { AccessRules, Link } from "@consigne/sdk";
import type { Entry } from "../api/entries.ts";
import { RowMenu } from "../frame/row-menu.tsx";
import { formatMoment } from "../looks/format.ts";
import type { Language } from "../texts/language.ts";
import { type Text, useText } from "../texts/use-text.ts";
import { LinkLine } from "./link-line.tsx";
import styles from "./share.module.css";

interface Props {
  link: Link;
  entry: Entry;
  onTurn(): void;
  onChange(): void;
  /** Absent where it stays with its file. */
  onRemove?: (() => void) | undefined;
}

/** A link with what can be done with it and what it allows. */
export function LinkFacts({ link, entry, onTurn, onChange, onRemove }: Props) {
  const { text, language } = useText();
  return (
    <>
      {link.note !== "" && <p className={styles.note}>{link.note}</p>}
      <LinkLine url={link.url} entry={entry}>
        <RowMenu
          name={link.url}
          actions={[
            { text: text("share.change"), icon: "pen", onAction: onChange },
            { text: text(link.isOn ? "share.turnOff" : "share.turnOn"), icon: "out", onAction: onTurn },
            ...(onRemove === undefined
              ? []
              : [{ text: text("share.remove"), icon: "bin" as const, onAction: onRemove }]),
          ]}
        />
      </LinkLine>
      <p className="quiet">{factsOf(link, text, language).join(" · ")}</p>
    </>
  );
}

const isEnded = ({ endsAt }: Link) => endsAt !== undefined && endsAt.getTime() <= Date.now();
const isUsedUp = ({ downloads, maxDownloads }: Link) => maxDownloads !== undefined && downloads >= maxDownloads;
export const isOver = (link: Link) => !link.isOn || isEnded(link) || isUsedUp(link);

const FEW = 3;

/** Whom it admits: the first few, and how many more. */
function accessFacts({ countries, addresses, emails, isCustomersOnly }: AccessRules, text: Text): string[] {
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

/** First why it leads nowhere, where it does not. */
function factsOf(link: Link, text: Text, language: Language): string[] {
  const { downloads, maxDownloads, endsAt } = link;
  const date = endsAt === undefined ? "" : formatMoment(endsAt, language);
  return [
    ...(link.isOn ? [] : [text("share.off")]),
    ...(isUsedUp(link) ? [text("share.usedUp")] : []),
    maxDownloads === undefined
      ? text("share.downloads", { count: downloads })
      : text("share.downloadsOf", { count: downloads, most: maxDownloads }),
    ...(link.hasPassword ? [text("share.hasPassword")] : []),
    ...(link.access === undefined ? [] : accessFacts(link.access, text)),
    ...(endsAt === undefined ? [] : [text(isEnded(link) ? "share.ended" : "share.ends", { date })]),
  ];
}

import type { Link } from "@consigne/sdk";
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
  onRemove(): void;
}

export function FurtherLink({ link, entry, onTurn, onChange, onRemove }: Props) {
  const { text, language } = useText();
  return (
    <li data-quiet={isOver(link) || undefined}>
      {link.note !== "" && <p className={styles.note}>{link.note}</p>}
      <LinkLine url={link.url} entry={entry}>
        <RowMenu
          name={link.url}
          actions={[
            { text: text("share.change"), icon: "pen", onAction: onChange },
            { text: text(link.isOn ? "share.turnOff" : "share.turnOn"), icon: "out", onAction: onTurn },
            { text: text("share.remove"), icon: "bin", onAction: onRemove },
          ]}
        />
      </LinkLine>
      <p className="quiet">{factsOf(link, text, language).join(" · ")}</p>
    </li>
  );
}

const isEnded = ({ endsAt }: Link) => endsAt !== undefined && endsAt.getTime() <= Date.now();
const isUsedUp = ({ downloads, maxDownloads }: Link) => maxDownloads !== undefined && downloads >= maxDownloads;
const isOver = (link: Link) => !link.isOn || isEnded(link) || isUsedUp(link);

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
    ...(link.isRestricted ? [text("share.restricted")] : []),
    ...(endsAt === undefined ? [] : [text(isEnded(link) ? "share.ended" : "share.ends", { date })]),
  ];
}

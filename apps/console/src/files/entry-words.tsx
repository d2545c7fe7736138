import type { Entry, FileItem } from "../api/entries.ts";
import { Icon, type IconName } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import styles from "./entry-grid.module.css";

/** The entry has the focus, and handles clicks and keys. */
export function Check({ name, isSelected }: { name: string; isSelected: boolean }) {
  const { text } = useText();
  return (
    <span role="checkbox" aria-checked={isSelected} aria-label={text("files.select", { name })} className={styles.box}>
      {isSelected && <Icon name="check" />}
    </span>
  );
}

type Mark = "linkInactive" | "password" | "restricted" | "damaged" | "blocked";

const icons: Readonly<Record<Mark, IconName>> = {
  linkInactive: "linkOff",
  password: "lock",
  restricted: "person",
  damaged: "warning",
  blocked: "stop",
};

/**
 * What should be visible about an entry at a glance: words, or icons where there is no room for words, which then
 * remain for screen readers and as tooltips.
 */
export function Marks({ entry }: { entry: Entry }) {
  const { text } = useText();
  return marksOf(entry).map((mark) => {
    const words = text(`files.mark.${mark}`);
    const isBad = mark === "damaged" || mark === "blocked";
    return (
      <span key={mark} className={styles.mark} title={words} data-bad={isBad || undefined}>
        <Icon name={icons[mark]} />
        <span className={styles.words}>{words}</span>
      </span>
    );
  });
}

/** The page that shows a file on its own; undefined if its link is hidden. */
export const pageOf = ({ url }: FileItem): string | undefined => (url === "" ? undefined : `${url}&page=1`);

export function marksOf(entry: Entry): Mark[] {
  return [
    ...(entry.kind === "file" && entry.isLinkInactive ? (["linkInactive"] as const) : []),
    ...(entry.hasPassword ? (["password"] as const) : []),
    ...(entry.kind === "file" && entry.isRestricted ? (["restricted"] as const) : []),
    ...(entry.kind === "file" && entry.isDamaged ? (["damaged"] as const) : []),
    ...(entry.kind === "file" && entry.isBlocked ? (["blocked"] as const) : []),
  ];
}

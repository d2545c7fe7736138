import type { Entry, FileItem } from "../api/entries.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import styles from "./entry-grid.module.css";

/** The entry has the focus, and takes the clicks and keys. */
export function Check({ name, isSelected }: { name: string; isSelected: boolean }) {
  const { text } = useText();
  return (
    <span role="checkbox" aria-checked={isSelected} aria-label={text("files.select", { name })} className={styles.box}>
      {isSelected && <Icon name="check" />}
    </span>
  );
}

/** What is to be known of an entry at once. */
export function Marks({ entry }: { entry: Entry }) {
  const { text } = useText();
  return marksOf(entry).map((mark) => (
    <span key={mark} className={styles.mark} data-bad={mark === "damaged" || mark === "blocked" || undefined}>
      {text(`files.mark.${mark}`)}
    </span>
  ));
}

/** Where a file is shown by itself; nowhere where its link is hidden. */
export const pageOf = ({ url }: FileItem): string | undefined => (url === "" ? undefined : `${url}&page=1`);

export function marksOf(entry: Entry): ("linkOver" | "password" | "restricted" | "damaged" | "blocked")[] {
  return [
    ...(entry.kind === "file" && entry.isLinkOver ? (["linkOver"] as const) : []),
    ...(entry.hasPassword ? (["password"] as const) : []),
    ...(entry.kind === "file" && entry.isRestricted ? (["restricted"] as const) : []),
    ...(entry.kind === "file" && entry.isDamaged ? (["damaged"] as const) : []),
    ...(entry.kind === "file" && entry.isBlocked ? (["blocked"] as const) : []),
  ];
}

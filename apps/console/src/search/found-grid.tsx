import { type KeyboardEvent, useState } from "react";
import { useLocation } from "wouter";
import type { Found } from "../api/search.ts";
import { FilePicture } from "../files/file-picture.tsx";
import { hrefOf, routeOf } from "../files/folder-path.ts";
import { openAtEntry } from "../files/opened-entry.ts";
import { formatDate, formatSize, formatWholeDate } from "../looks/format.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import styles from "./search.module.css";

/** Each with its folder; a row opens that folder at the entry, or the folder itself if it is one. */
export function FoundGrid({ label, found }: { label: string; found: readonly Found[] }) {
  const { text } = useText("search");
  const [, navigate] = useLocation();
  const [active, setActive] = useState(0);
  const open = ({ entry, path }: Found) => {
    if (entry.kind === "folder") return navigate(routeOf([...path, entry.name]));
    openAtEntry(entry.key);
    navigate(routeOf(path));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target instanceof HTMLAnchorElement && event.key === "Enter") return;
    // The row that received the key: the grid may not have been rendered since that got the focus.
    const index = Number(event.target instanceof HTMLElement ? (event.target.dataset["index"] ?? active) : active);
    const target = targetOf(event.key, index, found.length);
    const row = found[index];
    if (target === undefined && event.key !== "Enter") return;
    event.preventDefault();
    if (target === undefined) return row === undefined ? undefined : open(row);
    setActive(target);
    event.currentTarget.querySelector<HTMLElement>(`[data-index="${target}"]`)?.focus();
  };
  return (
    <div role="grid" aria-label={label} aria-rowcount={found.length + 1} className={styles.grid} onKeyDown={onKeyDown}>
      <div role="row" aria-rowindex={1} className={styles.head}>
        {(["files.name", "search.place", "files.size", "files.date"] as const).map((id) => (
          <div key={id} role="columnheader">
            {text(id)}
          </div>
        ))}
      </div>
      {found.map((each, index) => (
        <FoundRow
          key={each.entry.key}
          found={each}
          index={index}
          isActive={index === Math.min(active, found.length - 1)}
          onFocus={() => setActive(index)}
          onOpen={() => open(each)}
        />
      ))}
    </div>
  );
}

interface RowProps {
  found: Found;
  index: number;
  isActive: boolean;
  onFocus(): void;
  onOpen(): void;
}

function FoundRow({ found: { entry, path }, index, isActive, onFocus, onOpen }: RowProps) {
  const { text, language } = useText("search");
  const isFolder = entry.kind === "folder";
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the grid takes the keys of its rows
    <div
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      tabIndex={isActive ? 0 : -1}
      className={styles.row}
      onFocus={onFocus}
      onDoubleClick={onOpen}
    >
      <div role="gridcell" className={styles.name} data-kind={entry.kind}>
        {isFolder ? <Icon name="folder" /> : <FilePicture file={entry} />}
        <span className="visually-hidden">{text(isFolder ? "files.folder" : "files.file")} </span>
        <a tabIndex={-1} href={isFolder ? hrefOf([...path, entry.name]) : `${entry.url}&page=1`} title={entry.name}>
          {entry.name}
        </a>
      </div>
      <div role="gridcell" className={styles.place}>
        <a
          tabIndex={-1}
          href={hrefOf(path)}
          title={`/${path.join("/")}`}
          onClick={() => {
            openAtEntry(entry.key);
          }}
        >
          {[text("files.root"), ...path].join(" / ")}
        </a>
      </div>
      <div role="gridcell" className={styles.size}>
        {entry.kind === "file" && formatSize(entry.sizeBytes, language)}
      </div>
      <div role="gridcell" className={styles.date} title={formatWholeDate(entry.date, language)}>
        {formatDate(entry.date, language, new Date())}
      </div>
    </div>
  );
}

function targetOf(key: string, active: number, count: number): number | undefined {
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    Home: 0,
    End: count - 1,
  };
  const target = targets[key];
  return target === undefined ? undefined : Math.max(0, Math.min(count - 1, target));
}

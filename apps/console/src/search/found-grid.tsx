import { type MouseEvent, useRef, useState } from "react";
import type { Found } from "../api/search.ts";
import { FilePicture } from "../files/file-picture.tsx";
import { hrefOf } from "../files/folder-path.ts";
import { gridKeys } from "../files/grid-keys.ts";
import { useLongPress } from "../files/long-press.ts";
import { openAtEntry } from "../files/opened-entry.ts";
import { formatDate, formatSize, formatWholeDate } from "../looks/format.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import styles from "./search.module.css";
import type { FoundActions } from "./use-found-commands.ts";

const PAGE_ROWS = 10;

interface Props {
  label: string;
  found: readonly Found[];
  commands: FoundActions["commands"];
}

/** Each with its folder; a row opens that folder at the entry, or the folder itself if it is one. */
export function FoundGrid({ label, found, commands }: Props) {
  const { text } = useText("search");
  const grid = useRef<HTMLDivElement>(null);
  const [wanted, setActive] = useState(0);
  const active = Math.min(wanted, found.length - 1);
  const goTo = (index: number) => {
    const target = Math.max(0, Math.min(found.length - 1, index));
    setActive(target);
    grid.current?.querySelector<HTMLElement>(`[data-index="${target}"]`)?.focus();
    return target;
  };
  const entryAt = (index: number) => found[index]?.entry;
  const place = { index: active, total: found.length, pageRows: PAGE_ROWS, columns: 1, entry: entryAt(active), goTo };
  return (
    <div
      ref={grid}
      role="grid"
      aria-label={label}
      aria-rowcount={found.length + 1}
      className={styles.grid}
      onKeyDown={(event) => {
        // The browser follows a link itself.
        const isLink = event.target instanceof HTMLAnchorElement && event.key === "Enter";
        if (!isLink) gridKeys(event, place, entryAt, commands);
      }}
    >
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
          isActive={index === active}
          onFocus={() => setActive(index)}
          commands={commands}
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
  commands: FoundActions["commands"];
}

function FoundRow({ found: { entry, path }, index, isActive, onFocus, commands }: RowProps) {
  const { text, language } = useText("search");
  const isFolder = entry.kind === "folder";
  const { hasFired, ...press } = useLongPress((at) => commands.menu(entry, at));
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the grid takes the keys of its rows
    <div
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      tabIndex={isActive ? 0 : -1}
      className={styles.row}
      onFocus={onFocus}
      onDoubleClick={() => commands.open(entry)}
      onContextMenu={(event: MouseEvent) => {
        event.preventDefault();
        if (hasFired()) return;
        onFocus();
        commands.menu(entry, { x: event.clientX, y: event.clientY });
      }}
      onClickCapture={(event: MouseEvent) => {
        if (hasFired()) event.preventDefault();
      }}
      {...press}
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

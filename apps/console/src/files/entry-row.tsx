import type { MouseEvent } from "react";
import type { Entry, FolderItem } from "../api/entries.ts";
import { formatDate, formatSize, formatWholeDate } from "../looks/format.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import type { Chosen } from "./chosen.ts";
import type { GridCommands } from "./grid-keys.ts";
import { FilePicture } from "./file-picture.tsx";
import { hrefOf } from "./folder-path.ts";
import styles from "./entry-grid.module.css";
import { useLongPress } from "./long-press.ts";
import type { MenuPlace } from "./row-context-menu.tsx";
import type { RowDrag } from "./row-drag.ts";

interface Props {
  index: number;
  top: number;
  height: number;
  /** Undefined while its part is loading. */
  entry: Entry | undefined;
  isActive: boolean;
  isSelected: boolean;
  isCut: boolean;
  hasSelection: boolean;
  path: readonly string[];
  onPoint(): void;
  commands: GridCommands;
  drag: RowDrag;
  /** Moves what is dropped on a folder into it. */
  onDropInto(folder: FolderItem, chosen: Chosen): void;
}

export function EntryRow({
  index,
  top,
  height,
  entry,
  isActive,
  isSelected,
  isCut,
  hasSelection,
  path,
  onPoint,
  commands,
  drag,
  onDropInto,
}: Props) {
  const { text } = useText();
  const askMenu = (at: MenuPlace) => {
    if (entry === undefined) return;
    onPoint();
    commands.menu(entry, at);
  };
  const { hasFired, ...press } = useLongPress(askMenu);
  const onClick = (event: MouseEvent) => {
    if (entry === undefined || isPlainLink(event)) return;
    event.preventDefault();
    if (hasFired()) return;
    onPoint();
    const { target } = event;
    const isOn = (selector: string) => target instanceof Element && target.closest(selector) !== null;
    if (event.shiftKey) return commands.extendTo(index);
    if (isOn("[data-check]") || event.ctrlKey || event.metaKey) return commands.toggle(entry);
    const isTouch = "pointerType" in event.nativeEvent && event.nativeEvent.pointerType === "touch";
    if (isTouch && hasSelection) return commands.toggle(entry);
    if (isTouch || isOn("a")) return commands.open(entry);
    commands.choose(entry);
  };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      tabIndex={isActive ? 0 : -1}
      data-index={index}
      className={styles.row}
      data-cut={isCut || undefined}
      style={{ transform: `translateY(${top}px)`, height: `${height}px` }}
      onClick={onClick}
      onDoubleClick={() => entry !== undefined && commands.open(entry)}
      onFocus={onPoint}
      onContextMenu={(event) => {
        event.preventDefault();
        if (!hasFired()) askMenu({ x: event.clientX, y: event.clientY });
      }}
      {...press}
      {...(entry === undefined ? {} : drag.source(entry))}
      {...(entry?.kind === "folder"
        ? drag.target({ key: entry.key, take: (chosen) => onDropInto(entry, chosen) })
        : {})}
    >
      <div role="gridcell" className={styles.check} data-check>
        <span className={styles.box} aria-hidden="true">
          {isSelected && <Icon name="check" />}
        </span>
      </div>
      {entry === undefined ? (
        <div role="gridcell" className={styles.name}>
          {text("files.loadingRow")}
        </div>
      ) : (
        <Cells entry={entry} path={path} />
      )}
    </div>
  );
}

/** With these a browser opens a link elsewhere, as it does with every other. */
const isPlainLink = (event: MouseEvent): boolean =>
  (event.ctrlKey || event.metaKey || event.button !== 0) &&
  event.target instanceof Element &&
  event.target.closest("a") !== null;

function Cells({ entry, path }: { entry: Entry; path: readonly string[] }) {
  const { text, language } = useText();
  const isFolder = entry.kind === "folder";
  return (
    <>
      <div role="gridcell" className={styles.name} data-kind={entry.kind}>
        {isFolder ? <Icon name="folder" /> : <FilePicture file={entry} />}
        <span className="visually-hidden">{text(isFolder ? "files.folder" : "files.file")} </span>
        <a
          tabIndex={-1}
          href={isFolder ? hrefOf([...path, entry.name]) : `${entry.url}&page=1`}
          title={entry.name}
          draggable={false}
        >
          {entry.name}
        </a>
      </div>
      <div role="gridcell" className={styles.marks}>
        {marksOf(entry).map((mark) => (
          <span key={mark} className={styles.mark} data-bad={mark === "damaged" || mark === "blocked" || undefined}>
            {text(`files.mark.${mark}`)}
          </span>
        ))}
      </div>
      <div role="gridcell" className={styles.size}>
        {entry.kind === "file" && formatSize(entry.sizeBytes, language)}
      </div>
      <div role="gridcell" className={styles.downloads}>
        {entry.kind === "file" && new Intl.NumberFormat(language).format(entry.downloads)}
      </div>
      <div role="gridcell" className={styles.date} title={formatWholeDate(entry.date, language)}>
        {formatDate(entry.date, language, new Date())}
      </div>
    </>
  );
}

export function marksOf(entry: Entry): ("linkOver" | "password" | "restricted" | "damaged" | "blocked")[] {
  return [
    ...(entry.kind === "file" && entry.isLinkOver ? (["linkOver"] as const) : []),
    ...(entry.hasPassword ? (["password"] as const) : []),
    ...(entry.kind === "file" && entry.isRestricted ? (["restricted"] as const) : []),
    ...(entry.kind === "file" && entry.isDamaged ? (["damaged"] as const) : []),
    ...(entry.kind === "file" && entry.isBlocked ? (["blocked"] as const) : []),
  ];
}

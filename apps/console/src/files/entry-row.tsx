import { memo, type DragEvent, type MouseEvent, type RefObject } from "react";
import type { Entry, FileItem, FolderItem } from "../api/entries.ts";
import { type Place, placeBelow } from "../api/place.ts";
import { formatDate, formatSize, formatWholeDate } from "../looks/format.ts";
import { Icon } from "../looks/icons.tsx";
import { formatNumber } from "../texts/per-language.ts";
import { useText } from "../texts/use-text.ts";
import type { Chosen } from "./chosen.ts";
import type { GridCommands } from "./grid-keys.ts";
import { FilePicture } from "./file-picture.tsx";
import { hrefOfPlace } from "./place-route.ts";
import styles from "./entry-grid.module.css";
import { useLongPress } from "./long-press.ts";
import type { MenuPlace } from "./row-context-menu.tsx";
import type { RowDrag } from "./row-drag.ts";

/** What is done with a row, and what that depends on. */
export interface RowActions {
  hasSelection: boolean;
  /** The row of this place gets the focus of the Tab key. */
  point(index: number): void;
  commands: GridCommands;
  drag: RowDrag;
  /** Moves what is dropped on a folder into it. */
  onDropInto(folder: FolderItem, chosen: Chosen): void;
}

interface Props {
  index: number;
  top: number;
  height: number;
  /** Undefined while its part is loading. */
  entry: Entry | undefined;
  isActive: boolean;
  isSelected: boolean;
  isCut: boolean;
  /** Something is dragged over it that it takes. */
  isOver: boolean;
  place: Place;
  /** It may go elsewhere. */
  mayMove: boolean;
  /** Those of the grid as it was drawn last; they are others each time, which is no reason to draw a row anew. */
  actions: RefObject<RowActions>;
}

/** Drawn anew when something about it changes: not when others scroll into sight. */
export const EntryRow = memo(function EntryRow({
  index,
  top,
  height,
  entry,
  isActive,
  isSelected,
  isCut,
  isOver,
  place,
  mayMove,
  actions,
}: Props) {
  const { text } = useText();
  const point = () => actions.current.point(index);
  const askMenu = (at: MenuPlace) => {
    if (entry === undefined) return;
    point();
    actions.current.commands.menu(entry, at);
  };
  const { hasFired, ...press } = useLongPress(askMenu);
  const onClick = (event: MouseEvent) => {
    if (entry === undefined || isPlainLink(event)) return;
    event.preventDefault();
    if (hasFired()) return;
    point();
    const { target } = event;
    const { commands, hasSelection } = actions.current;
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
      onDoubleClick={() => entry !== undefined && actions.current.commands.open(entry)}
      onFocus={point}
      onContextMenu={(event) => {
        event.preventDefault();
        if (!hasFired()) askMenu({ x: event.clientX, y: event.clientY });
      }}
      {...press}
      data-drop={isOver || undefined}
      {...(entry === undefined || !mayMove ? {} : dragOf(entry, actions))}
      {...(entry?.kind === "folder" ? dropOn(entry, actions) : {})}
    >
      <div role="gridcell" className={styles.check} data-check>
        {entry !== undefined && <Check name={entry.name} isSelected={isSelected} />}
      </div>
      {entry === undefined ? (
        <div role="gridcell" className={styles.name}>
          {text("files.loadingRow")}
        </div>
      ) : (
        <Cells entry={entry} place={place} />
      )}
    </div>
  );
});

const dragOf = (entry: Entry, actions: RefObject<RowActions>) => ({
  draggable: true,
  onDragStart: (event: DragEvent) => actions.current.drag.begin(entry, event),
  onDragEnd: () => actions.current.drag.end(),
});

function dropOn(folder: FolderItem, actions: RefObject<RowActions>) {
  const target = () => {
    const { drag, onDropInto } = actions.current;
    return drag.target({ key: folder.key, isListed: true, take: (chosen) => onDropInto(folder, chosen) });
  };
  return {
    onDragOver: (event: DragEvent) => target().onDragOver(event),
    onDragLeave: () => target().onDragLeave(),
    onDrop: (event: DragEvent) => target().onDrop(event),
  };
}

/** The row has the focus, and takes the clicks and keys. */
function Check({ name, isSelected }: { name: string; isSelected: boolean }) {
  const { text } = useText();
  return (
    <span role="checkbox" aria-checked={isSelected} aria-label={text("files.select", { name })} className={styles.box}>
      {isSelected && <Icon name="check" />}
    </span>
  );
}

/** With these a browser opens a link elsewhere, as it does with every other. */
const isPlainLink = (event: MouseEvent): boolean =>
  (event.ctrlKey || event.metaKey || event.button !== 0) &&
  event.target instanceof Element &&
  event.target.closest("a[href]") !== null;

function Cells({ entry, place }: { entry: Entry; place: Place }) {
  const { text, language } = useText();
  const isFolder = entry.kind === "folder";
  return (
    <>
      <div role="gridcell" className={styles.name} data-kind={entry.kind}>
        {isFolder ? <Icon name="folder" /> : <FilePicture file={entry} />}
        <span className="visually-hidden">{text(isFolder ? "files.folder" : "files.file")} </span>
        <a
          tabIndex={-1}
          href={isFolder ? hrefOfPlace(placeBelow(place, entry)) : pageOf(entry)}
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
        {entry.kind === "file" && formatNumber(entry.downloads, language)}
      </div>
      <div role="gridcell" className={styles.date} title={formatWholeDate(entry.date, language)}>
        {formatDate(entry.date, language, new Date())}
      </div>
    </>
  );
}

/** Where a file is shown by itself; none where its link is hidden, or of no use to whoever looks. */
const pageOf = ({ url }: FileItem): string | undefined => (url === "" ? undefined : `${url}&page=1`);

export function marksOf(entry: Entry): ("linkOver" | "password" | "restricted" | "damaged" | "blocked")[] {
  return [
    ...(entry.kind === "file" && entry.isLinkOver ? (["linkOver"] as const) : []),
    ...(entry.hasPassword ? (["password"] as const) : []),
    ...(entry.kind === "file" && entry.isRestricted ? (["restricted"] as const) : []),
    ...(entry.kind === "file" && entry.isDamaged ? (["damaged"] as const) : []),
    ...(entry.kind === "file" && entry.isBlocked ? (["blocked"] as const) : []),
  ];
}

import { memo, type RefObject, useId } from "react";
import type { Entry } from "../api/entries.ts";
import { type Place, placeBelow } from "../api/place.ts";
import { formatDate, formatSize, formatWholeDate } from "../looks/format.ts";
import { Icon } from "../looks/icons.tsx";
import { formatNumber } from "../texts/per-language.ts";
import { useText } from "../texts/use-text.ts";
import styles from "./entry-grid.module.css";
import { type EntryActions, useEntryHandlers } from "./entry-handlers.ts";
import { Check, Marks, pageOf } from "./entry-words.tsx";
import { FilePicture } from "./file-picture.tsx";
import { hrefOfPlace } from "./place-route.ts";

interface Props {
  index: number;
  top: number;
  height: number;
  /** Undefined while its part is loading. */
  entry: Entry | undefined;
  isActive: boolean;
  isSelected: boolean;
  isCut: boolean;
  /** Something that it accepts is dragged over it. */
  isOver: boolean;
  place: Place;
  /** It may be moved elsewhere. */
  mayMove: boolean;
  /** The current actions of the grid; they change with each rendering, which must not re-render every row. */
  actions: RefObject<EntryActions>;
}

/** Only re-rendered when something about it changes: not when others scroll into view. */
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
  const handlers = useEntryHandlers({ index, entry, mayMove, actions });
  const id = useId();
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      // Without the checkbox, which would repeat the name, and come first.
      aria-labelledby={partsOf(id).join(" ")}
      tabIndex={isActive ? 0 : -1}
      data-index={index}
      className={styles.row}
      data-cut={isCut || undefined}
      style={{ transform: `translateY(${top}px)`, height: `${height}px` }}
      data-drop={isOver || undefined}
      {...handlers}
    >
      <div role="gridcell" className={styles.check} data-check>
        {entry !== undefined && <Check name={entry.name} isSelected={isSelected} />}
      </div>
      {entry === undefined ? (
        <div role="gridcell" id={partsOf(id)[0]} className={styles.name}>
          {text("files.loadingRow")}
        </div>
      ) : (
        <Cells id={id} entry={entry} place={place} />
      )}
    </div>
  );
});

/** Ids of the cells that name a row. */
const partsOf = (id: string) => [`${id}name`, `${id}marks`, `${id}size`, `${id}date`] as const;

function Cells({ id, entry, place }: { id: string; entry: Entry; place: Place }) {
  const { text, language } = useText();
  const [name, marks, size, date] = partsOf(id);
  const isFolder = entry.kind === "folder";
  return (
    <>
      <div role="gridcell" id={name} className={styles.name} data-kind={entry.kind}>
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
      <div role="gridcell" id={marks} className={styles.marks}>
        <Marks entry={entry} />
      </div>
      <div role="gridcell" id={size} className={styles.size}>
        {entry.kind === "file" && formatSize(entry.sizeBytes, language)}
      </div>
      <div role="gridcell" className={styles.downloads}>
        {entry.kind === "file" && formatNumber(entry.downloads, language)}
      </div>
      <div role="gridcell" id={date} className={styles.date} title={formatWholeDate(entry.date, language)}>
        {formatDate(entry.date, language, new Date())}
      </div>
    </>
  );
}

import { memo, type RefObject } from "react";
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
  /** Something is dragged over it that it takes. */
  isOver: boolean;
  place: Place;
  /** It may go elsewhere. */
  mayMove: boolean;
  /** Those of the grid as it was drawn last; they are others each time, which is no reason to draw a row anew. */
  actions: RefObject<EntryActions>;
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
  const handlers = useEntryHandlers({ index, entry, mayMove, actions });
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
      data-drop={isOver || undefined}
      {...handlers}
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
        <Marks entry={entry} />
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

import { memo, type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Entry } from "../api/entries.ts";
import { type Place, placeBelow } from "../api/place.ts";
import { formatDate, formatSize, formatWholeDate } from "../looks/format.ts";
import { Icon } from "../looks/icons.tsx";
import { useRem } from "../looks/use-rem.ts";
import { useText } from "../texts/use-text.ts";
import type { GridProps } from "./entry-grid.tsx";
import { type EntryActions, useEntryHandlers } from "./entry-handlers.ts";
import { Check, Marks, pageOf } from "./entry-words.tsx";
import { FilePicture } from "./file-picture.tsx";
import { gridKeys } from "./grid-keys.ts";
import { hrefOfPlace } from "./place-route.ts";
import { isChosen } from "./selection.ts";
import { useSteadyRows } from "./steady-rows.ts";
import styles from "./tile-grid.module.css";
import { useActiveEntry, useGridFocus, useNewest } from "./use-active-entry.ts";
import { useGridRows } from "./use-grid-rows.ts";
import { useStayInView } from "./use-stay-in-view.ts";

/** The height of a row of tiles, including the gap below. The style sheet computes the same. */
const heightOf = (rem: number): number => Math.round(3.625 * rem + 138);
/** Minimum width of a tile, except that phones show two in a row. */
const leastWidthOf = (rem: number): number => 7 * rem + 44;
/** Minimum width of the list, in rem, for two tiles in a row. */
const TWO_TILES_REM = 18;
/** Rows rendered beyond the visible ones: each has several tiles. */
const OVERSCAN = 3;

/**
 * Like the list, with several entries per row: as many rows as the folder needs, of which only visible ones exist. One
 * tile is the tab stop.
 */
export function TileGrid({ ref, label, view, data, total, page, start, onActive, drag, onDropInto }: GridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { columns, rowHeight } = useShape(scroller);
  const count = Math.ceil(total / columns);
  const active = useActiveEntry(data, total, start);
  const activeRow = Math.floor(active.index / columns);
  const rows = useGridRows(scroller, {
    count,
    rowHeight,
    headHeight: 0,
    active: activeRow,
    overscan: OVERSCAN,
  });
  const { first, last } = rows;
  const { need } = data;
  useEffect(
    () => need(first * columns, Math.min(total, (last + 1) * columns) - 1),
    [need, first, last, columns, total],
  );
  const actions = useNewest<EntryActions>({
    hasSelection: page.chosen.count > 0,
    point: active.set,
    commands: page.commands,
    drag,
    onDropInto,
  });
  useSteadyRows(scroller, { view, data, first, rowHeight, columns });
  const reveal = (index: number) => rows.reveal(Math.floor(index / columns));
  const goTo = useGridFocus({ ref, scroller, active, total, onActive, reveal });
  useStayInView(scroller, `${columns} ${rowHeight}`, () => reveal(active.index));
  const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowHeight));
  const place = { index: active.index, total, pageRows, columns, entry: active.entry, goTo };
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={count}
      aria-colcount={columns}
      aria-multiselectable
      aria-busy={data.isBehind}
      className={styles.grid}
      onKeyDown={(event) => gridKeys(event, place, data.entryAt, page.commands)}
    >
      <div role="rowgroup" className={styles.body} style={{ height: `${rows.bodyHeight}px` }}>
        {rows.shown.map((row) => (
          <div
            key={row.index}
            role="row"
            aria-rowindex={row.index + 1}
            className={styles.row}
            style={{
              transform: `translateY(${rows.topOf(row)}px)`,
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            }}
          >
            {placesIn(row.index, columns, total).map((index) => {
              const entry = data.entryAt(index);
              return (
                <Tile
                  key={entry?.key ?? `place ${index}`}
                  index={index}
                  column={index % columns}
                  entry={entry}
                  isActive={index === active.index}
                  isSelected={entry !== undefined && isChosen(page.selection, entry.key)}
                  isCut={entry !== undefined && page.isCut(entry.key)}
                  isOver={entry !== undefined && drag.isOver(entry.key)}
                  place={view.place}
                  mayMove={page.rights.mayChange}
                  actions={actions}
                />
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}

const placesIn = (row: number, columns: number, total: number): number[] =>
  Array.from({ length: Math.min(columns, total - row * columns) }, (_, at) => row * columns + at);

/** The number of columns that fit, and the height of a row with this text size. */
function useShape(scroller: RefObject<HTMLElement | null>): { columns: number; rowHeight: number } {
  const rem = useRem();
  const [columns, setColumns] = useState(2);
  useLayoutEffect(() => {
    const { current } = scroller;
    if (current === null) return undefined;
    const measure = () => {
      const { clientWidth } = current;
      setColumns(Math.max(clientWidth < TWO_TILES_REM * rem ? 1 : 2, Math.floor(clientWidth / leastWidthOf(rem))));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [scroller, rem]);
  return { columns, rowHeight: heightOf(rem) };
}

interface TileProps {
  index: number;
  column: number;
  /** Undefined while its part is loading. */
  entry: Entry | undefined;
  isActive: boolean;
  isSelected: boolean;
  isCut: boolean;
  isOver: boolean;
  place: Place;
  mayMove: boolean;
  actions: RefObject<EntryActions>;
}

/** Only re-rendered when something about it changes: not when others scroll into view. */
const Tile = memo(function Tile({ index, column, entry, place, mayMove, actions, ...state }: TileProps) {
  const { text } = useText();
  const handlers = useEntryHandlers({ index, entry, mayMove, actions });
  return (
    <div
      role="gridcell"
      aria-colindex={column + 1}
      aria-selected={state.isSelected}
      tabIndex={state.isActive ? 0 : -1}
      data-index={index}
      data-cut={state.isCut || undefined}
      data-drop={state.isOver || undefined}
      className={styles.tile}
      {...handlers}
    >
      {entry === undefined ? (
        <span className={styles.loading}>{text("files.loadingRow")}</span>
      ) : (
        <TileContent entry={entry} place={place} isSelected={state.isSelected} />
      )}
    </div>
  );
});

function TileContent({ entry, place, isSelected }: { entry: Entry; place: Place; isSelected: boolean }) {
  const { text, language } = useText();
  const isFolder = entry.kind === "folder";
  return (
    <>
      <span className={styles.check} data-check>
        <Check name={entry.name} isSelected={isSelected} />
      </span>
      <span className={styles.art} data-kind={entry.kind}>
        {isFolder ? <Icon name="folder" /> : <FilePicture file={entry} />}
      </span>
      <span className="visually-hidden">{text(isFolder ? "files.folder" : "files.file")} </span>
      <a
        tabIndex={-1}
        className={styles.name}
        href={isFolder ? hrefOfPlace(placeBelow(place, entry)) : pageOf(entry)}
        title={entry.name}
        draggable={false}
      >
        {entry.name}
      </a>
      <span className={styles.facts}>
        <Marks entry={entry} />
        {entry.kind === "file" && <span>{formatSize(entry.sizeBytes, language)}</span>}
        <span title={formatWholeDate(entry.date, language)}>{formatDate(entry.date, language, new Date())}</span>
      </span>
    </>
  );
}

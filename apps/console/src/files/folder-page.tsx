import { type RefObject, Suspense, useCallback, useDeferredValue, useEffect, useRef, useState } from "react";
import { FolderGoneError, type Entry, type FolderView } from "../api/entries.ts";
import { useIsNarrow } from "../looks/use-is-narrow.ts";
import { useText } from "../texts/use-text.ts";
import { DropArea } from "../uploads/drop-area.tsx";
import { useUploads } from "../uploads/uploads-provider.tsx";
import { Breadcrumbs } from "./breadcrumbs.tsx";
import { EntryGrid, type GridHandle } from "./entry-grid.tsx";
import type { CutEntries, SortOrder } from "./files-page.tsx";
import { DetailsPanel, FolderDialogs } from "./folder-dialogs.tsx";
import styles from "./folder-page.module.css";
import { EmptyFolder, FolderFailure, NoMatch } from "./folder-states.tsx";
import { FolderToolbar } from "./folder-toolbar.tsx";
import { type FolderData, useFolder } from "./folder-data.ts";
import { takeOpenedEntry } from "./opened-entry.ts";
import { placeOfEntry } from "./place-of-entry.ts";
import { type Dragged, useRowDrag } from "./row-drag.ts";
import { useFolderCommands } from "./use-folder-commands.ts";
import { usePageKeys } from "./use-page-keys.ts";

interface Props {
  path: readonly string[];
  sorted: SortOrder;
  onSorted(sorted: SortOrder): void;
  cut: CutEntries | undefined;
  onCut(cut: CutEntries | undefined): void;
  /** Rows on their way, for the tree of folders too. */
  dragged: RefObject<Dragged | undefined>;
  isTreeShown: boolean;
  onTree(isShown: boolean): void;
}

export function FolderPage({ path, sorted, onSorted, cut, onCut, dragged, isTreeShown, onTree }: Props) {
  const { text } = useText();
  const isNarrow = useIsNarrow();
  const [filter, setFilter] = useState("");
  const view: FolderView = { path, ...sorted, filter: useDeferredValue(filter.trim()) };
  const data = useFolder(view);
  const grid = useRef<GridHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<Entry>();
  const [areDetailsShown, showDetails] = useState(false);
  const uploads = useUploads();
  const name = path.at(-1) ?? text("files.root");
  const focusGrid = useCallback(() => grid.current?.focus(), []);
  const page = useFolderCommands({ view, data, active, cut, onCut, focusGrid, showDetails });
  usePageKeys({
    search: () => search.current?.focus(),
    upload: () => uploads.choose(path, "files"),
    newFolder: () => page.ask({ kind: "new" }),
    help: () => page.ask({ kind: "keys" }),
    up: page.commands.up,
    paste: page.commands.paste,
    undo: page.commands.undo,
  });
  useEffect(() => void (document.title = `${name} - Consigne`), [name]);
  const sortBy = (sort: SortOrder["sort"]) => onSorted({ sort, order: orderFor(sort, sorted) });
  const { total } = data;
  useKeptFocus(total === undefined ? undefined : total > 0, () => (grid.current ?? content.current)?.focus());
  const drag = useRowDrag(page, dragged);
  useOpenedEntry(view, total, (place) => grid.current?.goTo(place));
  const details = asListed(page.chosen.only, data) ?? active;

  return (
    <DropArea path={path} name={name}>
      <div className={styles.page}>
        <h1 className="visually-hidden">{name}</h1>
        <div className={styles.top}>
          <Breadcrumbs path={path} drag={drag} onDropInto={(to, chosen) => void page.moveTo(chosen, to)} />
          <FolderToolbar
            searchRef={search}
            filter={filter}
            onFilter={setFilter}
            onLeaveSearch={focusGrid}
            sorted={sorted}
            onSorted={onSorted}
            path={path}
            total={total}
            page={page}
            areDetailsShown={areDetailsShown}
            onDetails={showDetails}
            isTreeShown={isTreeShown}
            onTree={onTree}
          />
        </div>
        <p className="visually-hidden" role="status">
          {total !== undefined && text(view.filter === "" ? "files.count" : "files.found", { count: total })}
        </p>
        <div ref={content} tabIndex={-1} className={styles.content}>
          {data.error !== null || total === undefined || total === 0 ? (
            <WithoutEntries data={data} view={view} />
          ) : (
            <EntryGrid
              ref={grid}
              label={text("files.list", { folder: name })}
              view={view}
              data={data}
              total={total}
              page={page}
              onSort={sortBy}
              onActive={setActive}
              drag={drag}
              onDropInto={(folder, chosen) => void page.move(chosen, { folderId: folder.id, name: folder.name })}
            />
          )}
          <Suspense>{areDetailsShown && <DetailsPanel entry={details} isModal={isNarrow} page={page} />}</Suspense>
        </div>
        <FolderDialogs page={page} path={path} dragged={dragged} />
      </div>
    </DropArea>
  );
}

/** What was chosen, as the server told last: its bytes may have been replaced since. */
function asListed(chosen: Entry | undefined, data: FolderData): Entry | undefined {
  const place = chosen === undefined ? undefined : data.indexOf(chosen.key);
  return place === undefined ? chosen : data.entryAt(place);
}

/** Once more turns the order round; dates and sizes begin with what people look for. */
function orderFor(sort: SortOrder["sort"], sorted: SortOrder): SortOrder["order"] {
  if (sort === sorted.sort) return sorted.order === "asc" ? "desc" : "asc";
  return sort === "name" ? "asc" : "desc";
}

/** What stands in the place of the list: what went wrong, or what to do next. */
function WithoutEntries({ data, view }: { data: FolderData; view: FolderView }) {
  const { text } = useText();
  const { error, total, retry } = data;
  if (error !== null) return <FolderFailure error={error} isGone={error instanceof FolderGoneError} retry={retry} />;
  if (total === undefined) return <p className="visually-hidden">{text("app.loading")}</p>;
  return view.filter === "" ? <EmptyFolder path={view.path} /> : <NoMatch filter={view.filter} />;
}

/** Whoever comes from a search finds the focus where it found something. */
function useOpenedEntry(view: FolderView, total: number | undefined, goTo: (place: number) => void): void {
  const [key] = useState(takeOpenedEntry);
  const isDone = useRef(key === undefined);
  useEffect(() => {
    if (isDone.current || key === undefined || total === undefined) return;
    isDone.current = true;
    void placeOfEntry(view, key).then((place) => place !== undefined && goTo(place));
  });
}

let hasBeenShown = false;

/** Where the way to another folder, or the end of the list, has taken what had the focus, the list gets it, or its place. */
function useKeptFocus(hasEntries: boolean | undefined, focus: () => void): void {
  const current = useRef(focus);
  useEffect(() => void (current.current = focus));
  useEffect(() => {
    if (hasEntries === undefined) return;
    // Whoever opens the page begins at its top.
    if (hasBeenShown && document.activeElement === document.body) current.current();
    hasBeenShown = true;
  }, [hasEntries]);
}

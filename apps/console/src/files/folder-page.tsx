import { useCallback, useDeferredValue, useEffect, useRef, useState } from "react";
import { FolderGoneError, type Entry, type FolderView } from "../api/entries.ts";
import { useIsNarrow } from "../looks/use-is-narrow.ts";
import { useText } from "../texts/use-text.ts";
import { DropArea } from "../uploads/drop-area.tsx";
import { useUploads } from "../uploads/uploads-provider.tsx";
import { Breadcrumbs } from "./breadcrumbs.tsx";
import { DetailsPanel } from "./details-panel.tsx";
import { EntryGrid, type GridHandle } from "./entry-grid.tsx";
import type { CutEntries, SortOrder } from "./files-page.tsx";
import { FolderDialogs } from "./folder-dialogs.tsx";
import styles from "./folder-page.module.css";
import { EmptyFolder, FolderFailure, NoMatch } from "./folder-states.tsx";
import { FolderToolbar } from "./folder-toolbar.tsx";
import { useFolder } from "./folder-data.ts";
import { useFolderCommands } from "./use-folder-commands.ts";
import { usePageKeys } from "./use-page-keys.ts";

interface Props {
  path: readonly string[];
  sorted: SortOrder;
  onSorted(sorted: SortOrder): void;
  cut: CutEntries | undefined;
  onCut(cut: CutEntries | undefined): void;
}

export function FolderPage({ path, sorted, onSorted, cut, onCut }: Props) {
  const { text } = useText();
  const isNarrow = useIsNarrow();
  const [filter, setFilter] = useState("");
  const view: FolderView = { path, ...sorted, filter: useDeferredValue(filter.trim()) };
  const data = useFolder(view);
  const grid = useRef<GridHandle>(null);
  const search = useRef<HTMLInputElement>(null);
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
  });
  useEffect(() => void (document.title = `${name} - Consigne`), [name]);
  const sortBy = (sort: SortOrder["sort"]) => onSorted({ sort, order: orderFor(sort, sorted) });
  const { total } = data;
  const details = page.selection.entries.size === 1 ? [...page.selection.entries.values()][0] : active;

  return (
    <DropArea path={path} name={name}>
      <div className={styles.page}>
        <h1 className="visually-hidden">{name}</h1>
        <div className={styles.top}>
          <Breadcrumbs path={path} />
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
          />
        </div>
        <div className={styles.content}>
          {data.error !== null ? (
            <FolderFailure error={data.error} isGone={data.error instanceof FolderGoneError} retry={data.retry} />
          ) : total === 0 ? (
            view.filter === "" ? (
              <EmptyFolder path={path} />
            ) : (
              <NoMatch filter={view.filter} />
            )
          ) : total === undefined ? (
            <p className="visually-hidden">{text("app.loading")}</p>
          ) : (
            <EntryGrid
              ref={grid}
              label={text("files.list", { folder: name })}
              view={view}
              data={data}
              total={total}
              selection={page.selection}
              cutKeys={page.cutKeys}
              onSort={sortBy}
              onActive={setActive}
              commands={page.commands}
            />
          )}
          {areDetailsShown && <DetailsPanel entry={details} isModal={isNarrow} onClose={() => page.hideDetails()} />}
        </div>
        <FolderDialogs page={page} path={path} />
      </div>
    </DropArea>
  );
}

/** Once more turns the order round; dates and sizes begin with what people look for. */
function orderFor(sort: SortOrder["sort"], sorted: SortOrder): SortOrder["order"] {
  if (sort === sorted.sort) return sorted.order === "asc" ? "desc" : "asc";
  return sort === "name" ? "asc" : "desc";
}

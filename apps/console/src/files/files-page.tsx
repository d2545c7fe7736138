import { lazy, Suspense, useRef, useState } from "react";
import { useLocation } from "wouter";
import type { SortKey } from "../api/entries.ts";
import { useIsWide } from "../looks/use-is-narrow.ts";
import { withTexts } from "../texts/language.ts";
import type { Chosen } from "./chosen.ts";
import styles from "./files-page.module.css";
import { FolderPage } from "./folder-page.tsx";
import { pathOf } from "./folder-path.ts";
import type { Dragged } from "./row-drag.ts";
import { keepTreeShown, keptTreeShown } from "./tree-shown.ts";

export interface SortOrder {
  sort: SortKey;
  order: "asc" | "desc";
}

/** What was cut, to be put into another folder. */
export interface CutEntries {
  chosen: Chosen;
  folderId: number;
}

const FolderTreePanel = lazy(
  withTexts(["tree"], () => import("./folder-tree.tsx").then(({ FolderTreePanel: panel }) => ({ default: panel }))),
);

/** The folder that the address names, and what outlives the way from one to another. */
export function FilesPage() {
  const [route] = useLocation();
  const isWide = useIsWide();
  const [sorted, setSorted] = useState<SortOrder>({ sort: "name", order: "asc" });
  const [cut, setCut] = useState<CutEntries>();
  const [isTreeShown, setTreeShown] = useState(keptTreeShown);
  const dragged = useRef<Dragged>(undefined);
  const path = pathOf(route);
  const showTree = (isShown: boolean) => {
    setTreeShown(isShown);
    keepTreeShown(isShown);
  };
  return (
    <div className={styles.split}>
      {isTreeShown && isWide && (
        <div className={styles.place}>
          <Suspense>
            <FolderTreePanel path={path} dragged={dragged} />
          </Suspense>
        </div>
      )}
      <div className={styles.list}>
        <FolderPage
          key={path.join("/")}
          path={path}
          sorted={sorted}
          onSorted={setSorted}
          cut={cut}
          onCut={setCut}
          dragged={dragged}
          isTreeShown={isTreeShown}
          onTree={showTree}
        />
      </div>
    </div>
  );
}

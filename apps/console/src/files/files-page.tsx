import { lazy, Suspense, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { keyOfPlace, ownPlace } from "../api/place.ts";
import { useIsWide } from "../looks/use-is-narrow.ts";
import { withTexts } from "../texts/language.ts";
import styles from "./files-page.module.css";
import { FolderPage } from "./folder-page.tsx";
import { useFolderState } from "./folder-state.ts";
import { pathOf } from "./folder-path.ts";
import { keepTreeShown, keptTreeShown } from "./tree-shown.ts";

const FolderTreePanel = lazy(
  withTexts(["tree"], () => import("./folder-tree.tsx").then(({ FolderTreePanel: panel }) => ({ default: panel }))),
);

/** The folder that the address names, and what outlives the way from one to another. */
export function FilesPage() {
  const [route] = useLocation();
  const isWide = useIsWide();
  const state = useFolderState();
  const [isTreeShown, setTreeShown] = useState(keptTreeShown);
  const path = useMemo(() => pathOf(route), [route]);
  const place = useMemo(() => ownPlace(path), [path]);
  const showTree = (isShown: boolean) => {
    setTreeShown(isShown);
    keepTreeShown(isShown);
  };
  return (
    <div className={styles.split}>
      {isTreeShown && isWide && (
        <div className={styles.place}>
          <Suspense>
            <FolderTreePanel path={path} dragged={state.dragged} />
          </Suspense>
        </div>
      )}
      <div className={styles.list}>
        <FolderPage
          key={keyOfPlace(place)}
          place={place}
          state={state}
          tree={{ isShown: isTreeShown, show: showTree }}
        />
      </div>
    </div>
  );
}

import { lazy, type ReactNode, Suspense, useState } from "react";
import { keyOfPlace, type Place } from "../api/place.ts";
import { useIsWide } from "../looks/use-is-narrow.ts";
import { withTexts } from "../texts/language.ts";
import { FolderPage } from "./folder-page.tsx";
import type { FolderState } from "./folder-state.ts";
import styles from "./folder-with-tree.module.css";
import type { Rights } from "./rights.ts";
import { storeTreeShown, storedTreeShown } from "./tree-shown.ts";

const FolderTreePanel = lazy(
  withTexts(["tree"], () => import("./folder-tree.tsx").then(({ FolderTreePanel: panel }) => ({ default: panel }))),
);

interface Props {
  place: Place;
  state: FolderState;
  /** A note about the folder. */
  note?(rights: Rights): ReactNode;
}

/** The page of a folder, with its folder tree beside it if there is room. */
export function FolderWithTree({ place, state, note }: Props) {
  const isWide = useIsWide();
  const [isTreeShown, setTreeShown] = useState(storedTreeShown);
  const showTree = (isShown: boolean) => {
    setTreeShown(isShown);
    storeTreeShown(isShown);
  };
  return (
    <div className={styles.split}>
      {isTreeShown && isWide && (
        <div className={styles.place}>
          <Suspense>
            <FolderTreePanel key={keyOfRoot(place)} place={place} dragged={state.dragged} />
          </Suspense>
        </div>
      )}
      <div className={styles.list}>
        <FolderPage
          key={keyOfPlace(place)}
          place={place}
          state={state}
          note={note}
          tree={{ isShown: isTreeShown, show: showTree }}
        />
      </div>
    </div>
  );
}

/** The key of the tree that contains a folder. */
const keyOfRoot = (place: Place): string => (place.kind === "own" ? "" : String(place.steps[0].id));

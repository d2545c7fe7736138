import { useMemo } from "react";
import { useLocation } from "wouter";
import { ownPlace } from "../api/place.ts";
import { pathOf } from "./folder-path.ts";
import { useFolderState } from "./folder-state.ts";
import { FolderWithTree } from "./folder-with-tree.tsx";

/** The folder in the URL, and state that is kept while moving between folders. */
export function FilesPage() {
  const [route] = useLocation();
  const state = useFolderState();
  const place = useMemo(() => ownPlace(pathOf(route)), [route]);
  return <FolderWithTree place={place} state={state} />;
}

import { useState } from "react";
import { useLocation } from "wouter";
import type { SortKey } from "../api/entries.ts";
import type { Chosen } from "./chosen.ts";
import { FolderPage } from "./folder-page.tsx";
import { pathOf } from "./folder-path.ts";

export interface SortOrder {
  sort: SortKey;
  order: "asc" | "desc";
}

/** What was cut, to be put into another folder. */
export interface CutEntries {
  chosen: Chosen;
  folderId: number;
}

/** The folder that the address names, and what outlives the way from one to another. */
export function FilesPage() {
  const [route] = useLocation();
  const [sorted, setSorted] = useState<SortOrder>({ sort: "name", order: "asc" });
  const [cut, setCut] = useState<CutEntries>();
  const path = pathOf(route);
  return <FolderPage key={path.join("/")} path={path} sorted={sorted} onSorted={setSorted} cut={cut} onCut={setCut} />;
}

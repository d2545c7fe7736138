import type { FileItem } from "../api/entries.ts";
import { previewKind } from "../api/preview.ts";
import type { FolderData } from "./folder-data.ts";

/** The next loaded file of the list in this direction that can be shown. */
export function fileBeside(
  data: Pick<FolderData, "indexOf" | "entryAt">,
  file: FileItem,
  step: 1 | -1,
): FileItem | undefined {
  for (let place = data.indexOf(file.key); place !== undefined;) {
    place += step;
    const entry = data.entryAt(place);
    if (entry === undefined) break;
    if (entry.kind === "file" && previewKind(entry) !== undefined) return entry;
  }
  return undefined;
}

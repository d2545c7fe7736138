import type { RefObject } from "react";
import type { Place } from "../api/place.ts";
import { useUploads } from "../uploads/uploads-provider.tsx";
import type { FolderActions } from "./use-folder-commands.ts";
import { usePageKeys } from "./use-page-keys.ts";

/** Keys of a folder page. */
export function useFolderKeys(place: Place, page: FolderActions, search: RefObject<HTMLInputElement | null>): void {
  const uploads = useUploads();
  usePageKeys({
    search: () => search.current?.focus(),
    upload: () => page.mayFill() && uploads.choose(place, "files"),
    newFolder: () => page.mayFill() && page.ask({ kind: "new" }),
    help: () => page.ask({ kind: "keys" }),
    up: page.commands.up,
    paste: page.commands.paste,
    undo: page.commands.undo,
  });
}

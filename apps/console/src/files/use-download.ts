import { downloadAddress, mayDownload, directAddress } from "../api/downloads.ts";
import type { FileItem } from "../api/entries.ts";
import { useNotices } from "../frame/notices.tsx";
import { useText } from "../texts/use-text.ts";
import type { Chosen } from "./chosen.ts";
import type { Rights } from "./rights.ts";

/** Saves what is chosen: several entries of one's own in one archive, files of somebody else's one after the other. */
export function useDownload({ owner }: Rights, folderId: number): (chosen: Chosen) => Promise<void> {
  const { text } = useText();
  const notices = useNotices();
  return async (chosen) => {
    if (owner === undefined) return save(await downloadAddress(chosen, folderId));
    if (!mayDownload(chosen, owner)) return notices.tell(text("done.noArchive", { owner }));
    const files = chosen.known.filter((entry): entry is FileItem => entry.kind === "file");
    for (const file of files) save(await directAddress(file));
  };
}

/** The answer is no page, so that this one stays. */
function save(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}

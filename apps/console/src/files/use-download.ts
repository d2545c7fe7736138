import { downloadAddresses, mayDownload } from "../api/downloads.ts";
import { becomesHeldUp } from "../api/held-up.ts";
import { useNotices } from "../frame/notices.tsx";
import { useText } from "../texts/use-text.ts";
import type { Chosen } from "./chosen.ts";
import type { Rights } from "./rights.ts";

/** Saves the selection: several entries in one archive, files with hidden links one after the other. */
export function useDownload(rights: Rights, folderId: number): (chosen: Chosen) => Promise<void> {
  const { text } = useText();
  const notices = useNotices();
  return async (chosen) => {
    const { owner = "" } = rights;
    if (!mayDownload(chosen, rights)) return notices.tell(text("done.noArchive", { owner }));
    for await (const address of downloadAddresses(chosen, folderId, rights)) {
      save(address);
      void becomesHeldUp().then((is) => is && notices.tell(text("done.heldUp")));
    }
  };
}

/** The response is not a page, so the current page stays. */
function save(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}

import { downloadAddresses, mayDownload } from "../api/downloads.ts";
import { useNotices } from "../frame/notices.tsx";
import { useText } from "../texts/use-text.ts";
import type { Chosen } from "./chosen.ts";
import type { Rights } from "./rights.ts";

/** A running server answers sooner, unless the browser has no connection left for the request. */
const HELD_UP_MS = 5000;

/** Saves the selection: several entries in one archive, files with hidden links one after the other. */
export function useDownload(rights: Rights, folderId: number): (chosen: Chosen) => Promise<void> {
  const { text } = useText();
  const notices = useNotices();
  return async (chosen) => {
    const { owner = "" } = rights;
    if (!mayDownload(chosen, rights)) return notices.tell(text("done.noArchive", { owner }));
    for await (const address of downloadAddresses(chosen, folderId, rights)) {
      save(address);
      void isHeldUp().then((is) => is && notices.tell(text("done.heldUp")));
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

/**
 * Without HTTP/2 a browser has six connections to a server, each download takes one of them until it ends, and no other
 * request gets through meanwhile. An unreachable server refuses connections, which is reported elsewhere.
 */
async function isHeldUp(): Promise<boolean> {
  const [visit] = performance.getEntriesByType("navigation");
  if (!(visit instanceof PerformanceNavigationTiming) || visit.nextHopProtocol !== "http/1.1") return false;
  const late = AbortSignal.timeout(HELD_UP_MS);
  await fetch("/x/v1/about", { method: "HEAD", cache: "no-store", signal: late }).catch(() => undefined);
  return late.aborted;
}

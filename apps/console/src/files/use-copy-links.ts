import type { Entry } from "../api/entries.ts";
import { useNotices } from "../frame/notices.tsx";
import { copyText } from "../looks/copy-text.ts";
import { useText } from "../texts/use-text.ts";

/** Copies the links of files, one a line, and says so; where that does not work, shows them to be copied by hand. */
export function useCopyLinks(): (entries: readonly Entry[]) => Promise<void> {
  const { text } = useText();
  const notices = useNotices();
  return async (entries) => {
    const links = entries.flatMap((entry) => (entry.kind === "file" ? [entry.url] : []));
    if (links.length === 0) return notices.tell(text("done.noLinks"));
    const isCopied = await copyText(links.join("\n"));
    if (isCopied) notices.tell(text("done.links", { count: links.length }));
    else notices.tell(text("done.copyFailed"), { copyText: links.join("\n") });
  };
}

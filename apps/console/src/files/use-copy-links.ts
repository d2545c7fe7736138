import type { Chosen } from "./chosen.ts";
import { useNotices } from "../frame/notices.tsx";
import { copyText } from "../looks/copy-text.ts";
import { useText } from "../texts/use-text.ts";

/** As much as a clipboard takes well, and whoever asks for it by mistake waits for. */
const MOST = 10_000;

/** Copies the links of files, one a line, and says so; where that does not work, shows them to be copied by hand. */
export function useCopyLinks(): (chosen: Chosen) => Promise<void> {
  const { text } = useText();
  const notices = useNotices();
  return async (chosen) => {
    if (chosen.count > MOST) return notices.tell(text("done.tooManyLinks", { most: MOST }));
    const links: string[] = [];
    for await (const part of chosen.parts())
      links.push(...part.flatMap((entry) => (entry.kind === "file" ? [entry.url] : [])));
    if (links.length === 0) return notices.tell(text("done.noLinks"));
    const isCopied = await copyText(links.join("\n"));
    if (isCopied) notices.tell(text("done.links", { count: links.length }));
    else notices.tell(text("done.copyFailed"), { copyText: links.join("\n") });
  };
}

import { type Chosen, filesIn, MOST_FILES } from "./chosen.ts";
import { useNotices } from "../frame/notices.tsx";
import { copyText } from "../looks/copy-text.ts";
import { useText } from "../texts/use-text.ts";

/** Copies the links of files, one per line, and says so; if that is impossible, shows them to be copied by hand. */
export function useCopyLinks(): (chosen: Chosen) => Promise<void> {
  const { text } = useText();
  const notices = useNotices();
  return async (chosen) => {
    const files = await filesIn(chosen);
    if (files === undefined) return notices.tell(text("done.tooManyLinks", { most: MOST_FILES }));
    const links = files.map(({ url }) => url);
    if (links.length === 0) return notices.tell(text("done.noLinks"));
    const isCopied = await copyText(links.join("\n"));
    if (isCopied) notices.tell(text("done.links", { count: links.length }));
    else notices.tell(text("done.copyFailed"), { copyText: links.join("\n") });
  };
}

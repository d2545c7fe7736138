import { useNotices } from "../frame/notices.tsx";
import { useText } from "../texts/use-text.ts";
import { type Chosen, filesIn, MOST_FILES } from "./chosen.ts";
import type { Question } from "./use-question.ts";

/** Opens a dialog for the files in the selection, or says why not. */
export function useAskedFiles(ask: (question: Question) => void) {
  const { text } = useText();
  const notices = useNotices();
  const gather = async (kind: "attributes" | "copy", chosen: Chosen) => {
    const files = await filesIn(chosen);
    if (files === undefined) return notices.tell(text("attr.tooMany", { most: MOST_FILES }));
    if (files.length === 0) return notices.tell(text("attr.noFiles"));
    ask({ kind, files });
  };
  return (kind: "attributes" | "copy") => (chosen: Chosen) => void gather(kind, chosen).catch(notices.fail);
}

import { useState } from "react";
import type { Entry, FileItem } from "../api/entries.ts";
import type { Chosen } from "./chosen.ts";
import { useNewest } from "./use-active-entry.ts";

/** What a dialog asks, or shows. */
export type Question =
  | { kind: "new" }
  | { kind: "rename"; entry: Entry }
  | { kind: "remove"; chosen: Chosen }
  | { kind: "move"; chosen: Chosen }
  | { kind: "share"; entry: Entry }
  | { kind: "attributes" | "copy"; files: readonly FileItem[] }
  | { kind: "preview"; file: FileItem }
  | { kind: "tree" | "keys" };

export interface Asking {
  question: Question | undefined;
  ask(question: Question): void;
  /** The dialog was closed, and the list has the focus again. */
  answered(): void;
}

export function useQuestion(focusGrid: () => void): Asking {
  const [question, ask] = useState<Question>();
  const newest = useNewest(question);
  return {
    question,
    ask,
    answered: () => {
      // The action may finish long after its dialog was closed; it must not close another one.
      if (newest.current !== question) return;
      ask(undefined);
      // After the dialog has given the focus back.
      setTimeout(focusGrid);
    },
  };
}

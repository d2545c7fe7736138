import { useNotices } from "../frame/notices.tsx";
import { useText } from "../texts/use-text.ts";
import type { GridCommands } from "./grid-keys.ts";
import type { Rights } from "./rights.ts";

export interface Refusals {
  /** Why something is not allowed here. */
  refusal: string;
  /** Explains if not. */
  mayFill(): boolean;
}

/** For keys of commands that are not offered here: explains why nothing happens. */
export function useRefusals(rights: Rights): Refusals & { allowed(commands: GridCommands): GridCommands } {
  const { text } = useText();
  const notices = useNotices();
  const { owner = "", mayFill, mayChange, hasLinks } = rights;
  const refusal = text("files.readOnly", { owner });
  const refuse = () => notices.tell(refusal);
  return {
    refusal,
    mayFill: () => {
      if (!mayFill) refuse();
      return mayFill;
    },
    allowed: (commands) => ({
      ...commands,
      ...(hasLinks ? {} : { copyLinks: () => notices.tell(text("files.linksHidden", { owner })) }),
      ...(mayChange ? {} : { rename: refuse, remove: refuse, cut: refuse }),
    }),
  };
}

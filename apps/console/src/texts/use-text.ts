import { createContext, useContext } from "react";
import type { Speaking } from "./language.ts";

export type { Text } from "./language.ts";

export const SpokenContext = createContext<Speaking | undefined>(undefined);

/** Texts in the language in force; a component that uses them is shown anew when that changes. */
export function useText(): Speaking {
  const spoken = useContext(SpokenContext);
  if (spoken === undefined) throw new Error("No language is in force here.");
  return spoken;
}

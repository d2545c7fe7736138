import { createContext, use, useContext } from "react";
import { awaitedTexts, type Speaking } from "./language.ts";
import type { Part } from "./parts.ts";

export type { Text } from "./parts.ts";

export const SpokenContext = createContext<Speaking<Part> | undefined>(undefined);

/**
 * Texts in the current language; a component that uses them is rendered again when that changes. In addition to those
 * that are always loaded, it has those of the parts that it names, and waits for them if they were not loaded with it.
 */
export function useText<P extends Part = never>(...parts: readonly P[]): Speaking<P> {
  const spoken = useContext(SpokenContext);
  if (spoken === undefined) throw new Error("No language is in force here.");
  for (const awaited of awaitedTexts(spoken.language, parts)) use(awaited);
  return spoken;
}

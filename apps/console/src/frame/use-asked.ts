import { useState } from "react";

/**
 * What a dialog asks about, how to ask, and how to close the dialog. Closing it counts for the question it was drawn for: an
 * answer of the server that comes after somebody has closed the dialog, and opened another one, leaves that open.
 */
export function useAsked<Asked extends object | string>() {
  const [asked, ask] = useState<Asked>();
  const close = () => ask((now) => (now === asked ? undefined : now));
  return [asked, ask as (question: Asked) => void, close] as const;
}

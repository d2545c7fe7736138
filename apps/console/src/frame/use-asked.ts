import { useState } from "react";

/**
 * What a dialog is about, how to open it, and how to close it. Closing applies only to the dialog it was rendered for:
 * if the server answers after that dialog was closed and another one opened, the other one stays open.
 */
export function useAsked<Asked extends object | string>() {
  const [asked, ask] = useState<Asked>();
  const close = () => ask((now) => (now === asked ? undefined : now));
  return [asked, ask as (question: Asked) => void, close] as const;
}

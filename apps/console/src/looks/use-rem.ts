import { useSyncExternalStore } from "react";

let pixels: number | undefined;

/** No event says that the text size of the browser was changed, but an element sized in rem is resized. */
function subscribe(listener: () => void): () => void {
  const probe = document.createElement("div");
  Object.assign(probe.style, { position: "fixed", width: "1rem", visibility: "hidden" });
  document.body.append(probe);
  const observer = new ResizeObserver(() => {
    pixels = rootPixels();
    listener();
  });
  observer.observe(probe);
  return () => {
    observer.disconnect();
    probe.remove();
  };
}

const rootPixels = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

/** Pixels of one rem, for heights that both the script and the style sheet compute. */
export const useRem = (): number => useSyncExternalStore(subscribe, () => (pixels ??= rootPixels()));

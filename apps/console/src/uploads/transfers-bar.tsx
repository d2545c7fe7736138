import { Suspense, useSyncExternalStore } from "react";
import { useLoaded } from "../frame/use-loaded.ts";
import { useLoadedSoon } from "../frame/use-loaded-soon.ts";
import { withTexts } from "../texts/language.ts";
import { useUploads } from "./uploads-provider.tsx";

const loadBar = withTexts(["uploads"], () => import("./upload-bar.tsx"));
const loadNotice = withTexts(["uploads"], () => import("./unfinished-notice.tsx"));

/** Uploads in progress, and files that did not arrive. */
export function TransfersBar() {
  const { queue } = useUploads();
  const version = useSyncExternalStore(queue.subscribe, queue.version);
  const isIdle = queue.items.length === 0;
  const bar = useLoaded(loadBar, !isIdle);
  const notice = useLoaded(loadNotice, isIdle);
  // Without a network it could not be loaded.
  useLoadedSoon(loadBar);
  if (isIdle) return <Suspense>{notice !== undefined && <notice.UnfinishedNotice />}</Suspense>;
  return <Suspense>{bar !== undefined && <bar.UploadBar version={version} />}</Suspense>;
}

import { lazy, Suspense, useSyncExternalStore } from "react";
import { useLoadedSoon } from "../frame/use-loaded-soon.ts";
import { withTexts } from "../texts/language.ts";
import { useUploads } from "./uploads-provider.tsx";

const loadBar = withTexts(["uploads"], () =>
  import("./upload-bar.tsx").then(({ UploadBar: bar }) => ({ default: bar })),
);
const UploadBar = lazy(loadBar);
const UnfinishedNotice = lazy(
  withTexts(["uploads"], () =>
    import("./unfinished-notice.tsx").then(({ UnfinishedNotice: notice }) => ({ default: notice })),
  ),
);

/** What uploads are under way, or did not arrive. */
export function TransfersBar() {
  const { queue } = useUploads();
  const version = useSyncExternalStore(queue.subscribe, queue.version);
  // Without a network it could not be loaded.
  useLoadedSoon(loadBar);
  return <Suspense>{queue.items.length === 0 ? <UnfinishedNotice /> : <UploadBar version={version} />}</Suspense>;
}

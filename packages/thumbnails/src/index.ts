export { openThumbnailStore } from "./thumbnail-store.ts";
export { ProcessThumbnailMaker } from "./thumbnail-maker.ts";

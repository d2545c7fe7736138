import { useLocation } from "wouter";
import { ReceivedFolders } from "./received-folders.tsx";
import { SharedFolder } from "./shared-folder.tsx";
import { folderIdOf } from "./shared-route.ts";

/** What others share: the folders, or the contents of one of them. */
export function SharedPage() {
  const [route] = useLocation();
  const folderId = folderIdOf(route);
  return folderId === undefined ? <ReceivedFolders /> : <SharedFolder folderId={folderId} />;
}

import { lazy, Suspense, useEffect } from "react";
import type { FolderActions } from "./use-folder-commands.ts";

const loaders = {
  menu: () => import("./row-context-menu.tsx").then(({ RowContextMenu: menu }) => ({ default: menu })),
  name: () => import("./name-dialog.tsx").then(({ NameDialog: dialog }) => ({ default: dialog })),
  remove: () => import("./remove-dialog.tsx").then(({ RemoveDialog: dialog }) => ({ default: dialog })),
  move: () => import("./move-dialog.tsx").then(({ MoveDialog: dialog }) => ({ default: dialog })),
  share: () => import("../share/share-dialog.tsx").then(({ ShareDialog: dialog }) => ({ default: dialog })),
  attributes: () =>
    import("../attributes/attributes-dialog.tsx").then(({ AttributesDialog: dialog }) => ({ default: dialog })),
  copy: () => import("../share/copy-dialog.tsx").then(({ CopyDialog: dialog }) => ({ default: dialog })),
  preview: () => import("./preview-dialog.tsx").then(({ PreviewDialog: dialog }) => ({ default: dialog })),
  keys: () => import("./keys-dialog.tsx").then(({ KeysDialog: dialog }) => ({ default: dialog })),
};
const RowContextMenu = lazy(loaders.menu);
const NameDialog = lazy(loaders.name);
const RemoveDialog = lazy(loaders.remove);
const MoveDialog = lazy(loaders.move);
const ShareDialog = lazy(loaders.share);
const AttributesDialog = lazy(loaders.attributes);
const CopyDialog = lazy(loaders.copy);
const PreviewDialog = lazy(loaders.preview);
const KeysDialog = lazy(loaders.keys);
const SOON_MS = 1000;

interface Props {
  page: FolderActions;
  path: readonly string[];
}

/** Loaded once the page is there, so that they neither hold it up nor keep anybody waiting later. */
export function FolderDialogs({ page, path }: Props) {
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const load of Object.values(loaders)) void load().catch(() => undefined);
    }, SOON_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Suspense>
      {page.menuAt !== undefined && <RowContextMenu at={page.menuAt} page={page} onClose={page.closeMenu} />}
      <AskedDialog page={page} path={path} />
    </Suspense>
  );
}

function AskedDialog({ page, path }: Props) {
  const { question, answered } = page;
  switch (question?.kind) {
    case "new":
      return <NameDialog kind="new" onName={(name) => page.create(name)} onClose={answered} />;
    case "rename": {
      const { entry } = question;
      return <NameDialog kind="rename" entry={entry} onName={(name) => page.rename(entry, name)} onClose={answered} />;
    }
    case "remove":
      return <RemoveDialog chosen={question.chosen} onRemove={page.remove} onClose={answered} />;
    case "move":
      return <MoveDialog chosen={question.chosen} from={path} onMove={page.move} onClose={answered} />;
    case "share":
      return <ShareDialog entry={question.entry} onClose={answered} />;
    case "attributes":
      return <AttributesDialog files={question.files} onClose={answered} />;
    case "copy":
      return <CopyDialog files={question.files} onClose={answered} />;
    case "preview":
      return (
        <PreviewDialog
          file={question.file}
          beside={page.fileBeside}
          onShow={(file) => page.ask({ kind: "preview", file })}
          onClose={answered}
        />
      );
    case "keys":
      return <KeysDialog onClose={answered} />;
    case undefined:
      return null;
  }
}

import { lazy, type RefObject, Suspense } from "react";
import type { Place } from "../api/place.ts";
import { useLoadedSoon } from "../frame/use-loaded-soon.ts";
import { withTexts } from "../texts/language.ts";
import type { MenuActions } from "./row-context-menu.tsx";
import type { Dragged } from "./row-drag.ts";
import type { FolderActions } from "./use-folder-commands.ts";

const loaders = {
  details: withTexts(["versions"], () =>
    import("./details-panel.tsx").then(({ DetailsPanel: panel }) => ({ default: panel })),
  ),
  tiles: () => import("./tile-grid.tsx").then(({ TileGrid: grid }) => ({ default: grid })),
  menu: () => import("./row-context-menu.tsx").then(({ RowContextMenu: menu }) => ({ default: menu })),
  name: withTexts(["dialogs"], () =>
    import("./name-dialog.tsx").then(({ NameDialog: dialog }) => ({ default: dialog })),
  ),
  remove: withTexts(["dialogs"], () =>
    import("./remove-dialog.tsx").then(({ RemoveDialog: dialog }) => ({ default: dialog })),
  ),
  move: withTexts(["dialogs"], () =>
    import("./move-dialog.tsx").then(({ MoveDialog: dialog }) => ({ default: dialog })),
  ),
  share: withTexts(["share", "attributes"], () =>
    import("../share/share-dialog.tsx").then(({ ShareDialog: dialog }) => ({ default: dialog })),
  ),
  attributes: withTexts(["attributes", "share"], () =>
    import("../attributes/attributes-dialog.tsx").then(({ AttributesDialog: dialog }) => ({ default: dialog })),
  ),
  copy: withTexts(["attributes"], () =>
    import("../share/copy-dialog.tsx").then(({ CopyDialog: dialog }) => ({ default: dialog })),
  ),
  preview: withTexts(["preview"], () =>
    import("./preview-dialog.tsx").then(({ PreviewDialog: dialog }) => ({ default: dialog })),
  ),
  keys: withTexts(["dialogs"], () =>
    import("./keys-dialog.tsx").then(({ KeysDialog: dialog }) => ({ default: dialog })),
  ),
};
/** Beside the list, or over it: loaded like the dialogs. */
export const DetailsPanel = lazy(loaders.details);
export const TileGrid = lazy(loaders.tiles);
const RowContextMenu = lazy(loaders.menu);
const NameDialog = lazy(loaders.name);
const RemoveDialog = lazy(loaders.remove);
const MoveDialog = lazy(loaders.move);
const ShareDialog = lazy(loaders.share);
const AttributesDialog = lazy(loaders.attributes);
const CopyDialog = lazy(loaders.copy);
const PreviewDialog = lazy(loaders.preview);
const KeysDialog = lazy(loaders.keys);
const TreeDialog = lazy(
  withTexts(["tree"], () => import("./folder-tree.tsx").then(({ FolderTreeDialog: dialog }) => ({ default: dialog }))),
);
const loadAll = () => Promise.allSettled(Object.values(loaders).map((load) => load()));

/** What the menu and the dialogs need. */
export type DialogActions = MenuActions &
  Pick<
    FolderActions,
    | "menuAt"
    | "closeMenu"
    | "question"
    | "answered"
    | "create"
    | "rename"
    | "remove"
    | "move"
    | "fileBeside"
    | "downloadFile"
  >;

interface Props {
  page: DialogActions;
  place: Place;
  dragged: RefObject<Dragged | undefined>;
}

export function FolderDialogs({ page, place, dragged }: Props) {
  useLoadedSoon(loadAll);
  return (
    <Suspense>
      {page.menuAt !== undefined && <RowContextMenu at={page.menuAt} page={page} onClose={page.closeMenu} />}
      <AskedDialog page={page} place={place} dragged={dragged} />
    </Suspense>
  );
}

function AskedDialog({ page, place, dragged }: Props) {
  const { question, answered } = page;
  switch (question?.kind) {
    case "new":
      return <NameDialog kind="new" onName={(name) => page.create(name)} onClose={answered} />;
    case "rename": {
      const { entry } = question;
      return <NameDialog kind="rename" entry={entry} onName={(name) => page.rename(entry, name)} onClose={answered} />;
    }
    case "remove":
      return (
        <RemoveDialog chosen={question.chosen} owner={page.rights.owner} onRemove={page.remove} onClose={answered} />
      );
    case "move":
      return <MoveDialog chosen={question.chosen} from={place} onMove={page.move} onClose={answered} />;
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
          onDownload={page.downloadFile}
          onShow={(file) => page.ask({ kind: "preview", file })}
          onClose={answered}
        />
      );
    case "tree":
      return <TreeDialog place={place} dragged={dragged} onClose={answered} />;
    case "keys":
      return <KeysDialog onClose={answered} />;
    case undefined:
      return null;
  }
}

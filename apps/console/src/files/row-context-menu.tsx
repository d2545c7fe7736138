import { useRef } from "react";
import { Menu, Popover, Separator } from "react-aria-components";
import { mayDownload } from "../api/downloads.ts";
import { previewKind } from "../api/preview.ts";
import { MenuEntry } from "../frame/menu-entry.tsx";
import type { IconName } from "../looks/icons.tsx";
import type { TextId } from "../texts/parts.ts";
import { useText } from "../texts/use-text.ts";
import styles from "./entry-grid.module.css";
import type { GridCommands } from "./grid-keys.ts";
import type { FolderActions } from "./use-folder-commands.ts";

/** Where a menu was requested: a position in the window. */
export interface MenuPlace {
  x: number;
  y: number;
}

/** What the menu needs. */
export type MenuActions = Pick<
  FolderActions,
  "rights" | "chosen" | "ask" | "askMove" | "askAttributes" | "askCopyAs" | "download"
> & { commands: Pick<GridCommands, "open" | "copyLinks" | "rename" | "remove"> };

interface Command {
  id: TextId;
  icon: IconName;
  run(): void;
}

/** The commands of the toolbar, beside the row that they apply to. */
export function RowContextMenu({ at, page, onClose }: { at: MenuPlace; page: MenuActions; onClose(): void }) {
  const { text } = useText();
  const anchor = useRef<HTMLDivElement>(null);
  const { count, known } = page.chosen;
  const label = text("menu.label", { count, name: known[0]?.name ?? "" });
  const item = ({ id, icon, run }: Command) => (
    <MenuEntry key={id} id={id} icon={icon} text={text(id, { count })} onAction={run} />
  );
  return (
    <>
      <div ref={anchor} className={styles.anchor} style={{ left: `${at.x}px`, top: `${at.y}px` }} />
      <Popover
        className="popover"
        aria-label={label}
        placement="bottom start"
        offset={0}
        isOpen
        triggerRef={anchor}
        onOpenChange={(isOpen) => !isOpen && onClose()}
      >
        <Menu
          className="menu"
          aria-label={label}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- whoever opens a menu is in it
          autoFocus="first"
          onClose={onClose}
        >
          {commandsFor(page).map(item)}
          {page.rights.mayChange && (
            <>
              <Separator className="menu-line" />
              {item({ id: "sel.remove", icon: "bin", run: () => page.commands.remove() })}
            </>
          )}
        </Menu>
      </Popover>
    </>
  );
}

function commandsFor(page: MenuActions): Command[] {
  const { commands, chosen, rights } = page;
  const { only } = chosen;
  const hasFiles = chosen.mayHave("file");
  const isOwn = rights.owner === undefined;
  const when = (isOffered: boolean, command: Command) => (isOffered ? [command] : []);
  const one = (command: Command) => when(only !== undefined, command);
  const ofLinks = (command: Command) => when(hasFiles && rights.hasLinks, command);
  return [
    ...one({ id: "sel.open", icon: "right", run: () => only !== undefined && commands.open(only) }),
    ...(only?.kind === "file" && previewKind(only) !== undefined
      ? [{ id: "sel.preview", icon: "picture", run: () => page.ask({ kind: "preview", file: only }) } as const]
      : []),
    ...ofLinks({ id: "sel.copyLinks", icon: "link", run: () => commands.copyLinks() }),
    ...ofLinks({ id: "sel.copyAs", icon: "copy", run: page.askCopyAs }),
    ...when(mayDownload(chosen, rights), { id: "sel.download", icon: "download", run: page.download }),
    ...when(isOwn && only !== undefined, {
      id: "sel.share",
      icon: "share",
      run: () => only !== undefined && page.ask({ kind: "share", entry: only }),
    }),
    ...when(isOwn && hasFiles, { id: "sel.attributes", icon: "gear", run: page.askAttributes }),
    ...when(rights.mayChange, { id: "sel.move", icon: "move", run: page.askMove }),
    ...when(rights.mayChange && only !== undefined, { id: "sel.rename", icon: "pen", run: () => commands.rename() }),
  ];
}

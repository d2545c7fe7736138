import type { ReactNode, Ref } from "react";
import {
  Button,
  Input,
  Menu,
  MenuItem,
  MenuTrigger,
  Popover,
  SearchField,
  ToggleButton,
  Toolbar,
} from "react-aria-components";
import { Icon, type IconName } from "../looks/icons.tsx";
import type { TextId } from "../texts/parts.ts";
import { useIsNarrow, useIsWide } from "../looks/use-is-narrow.ts";
import { useText } from "../texts/use-text.ts";
import { UploadMenu } from "../uploads/upload-menu.tsx";
import { mayDownload } from "../api/downloads.ts";
import type { Place } from "../api/place.ts";
import type { SortOrder } from "./folder-state.ts";
import type { Layout } from "./stored-layout.ts";
import styles from "./folder-page.module.css";
import type { FolderActions } from "./use-folder-commands.ts";

const orders = ["name.asc", "name.desc", "date.desc", "date.asc", "size.desc", "size.asc"] as const;

export interface TreeSwitch {
  isShown: boolean;
  show(isShown: boolean): void;
}

interface Props {
  searchRef: Ref<HTMLInputElement>;
  filter: string;
  onFilter(filter: string): void;
  onFocusList(): void;
  sorted: SortOrder;
  onSorted(sorted: SortOrder): void;
  place: Place;
  total: number | undefined;
  page: FolderActions;
  areDetailsShown: boolean;
  onDetails(areShown: boolean): void;
  layout: Layout;
  onLayout(layout: Layout): void;
  tree: TreeSwitch;
}

/** Actions for the folder if nothing is selected, else for the selection: in one place, so that nothing jumps. */
export function FolderToolbar(props: Props) {
  const { text } = useText();
  // Without a keyboard, nobody needs a list of keys.
  const isNarrow = useIsNarrow();
  const { page, place, total, tree } = props;
  return (
    <div className={styles.tools}>
      {!(isNarrow && page.chosen.count > 0) && <TreeButton page={page} tree={tree} />}
      {page.chosen.count > 0 ? (
        <SelectionTools {...props} />
      ) : (
        <Toolbar aria-label={text("files.title")} className={styles.toolbar}>
          {page.rights.mayFill && (
            <>
              <UploadMenu place={place} />
              <Tool icon="plusFolder" text="files.newFolder" onPress={() => page.ask({ kind: "new" })} />
            </>
          )}
          <SortMenu {...props} />
          {!isNarrow && (
            <span className={styles.count}>{total === undefined ? "" : text("files.count", { count: total })}</span>
          )}
          {!isNarrow && <Tool icon="keyboard" text="files.keys" isBare onPress={() => page.ask({ kind: "keys" })} />}
        </Toolbar>
      )}
      {!(isNarrow && page.chosen.count > 0) && (
        <ToggleButton
          className="icon-button"
          aria-label={text("files.tiles")}
          isSelected={props.layout === "tiles"}
          onChange={(isSelected) => props.onLayout(isSelected ? "tiles" : "list")}
        >
          <Icon name="tiles" />
        </ToggleButton>
      )}
      <ToggleButton
        className="icon-button"
        aria-label={text("sel.details")}
        isSelected={props.areDetailsShown}
        onChange={props.onDetails}
      >
        <Icon name="info" />
      </ToggleButton>
      <SearchField
        className={styles.search ?? ""}
        aria-label={text("files.search")}
        value={props.filter}
        onChange={props.onFilter}
        onSubmit={props.onFocusList}
      >
        <Icon name="search" />
        <Input
          ref={props.searchRef}
          placeholder={text("files.search")}
          onKeyDown={(event) => {
            if (event.key === "ArrowDown") props.onFocusList();
          }}
        />
        <Button className="icon-button" aria-label={text("files.clearSearch")}>
          <Icon name="close" />
        </Button>
      </SearchField>
    </div>
  );
}

/** Shows the folder tree beside the list, or over it if there is no room. */
function TreeButton({ page, tree }: { page: FolderActions; tree: TreeSwitch }) {
  const { text } = useText();
  if (!useIsWide()) return <Tool icon="tree" text="files.tree" isBare onPress={() => page.ask({ kind: "tree" })} />;
  return (
    <ToggleButton
      className="icon-button"
      aria-label={text("files.tree")}
      isSelected={tree.isShown}
      onChange={tree.show}
    >
      <Icon name="tree" />
    </ToggleButton>
  );
}

function SelectionTools({ page, onFocusList }: Props) {
  const { text } = useText();
  const isNarrow = useIsNarrow();
  const { commands, chosen, rights } = page;
  const { count, only } = chosen;
  const isOwn = rights.owner === undefined;
  const hasFiles = chosen.mayHave("file");
  return (
    <Toolbar aria-label={text("sel.label")} className={styles.toolbar}>
      <Button
        className="icon-button"
        aria-label={text("sel.none")}
        onPress={() => {
          commands.clear();
          // This button disappears with the selection.
          onFocusList();
        }}
      >
        <Icon name="close" />
      </Button>
      <span className={styles.count}>
        {isNarrow && <span aria-hidden="true">{count}</span>}
        <span className={isNarrow ? "visually-hidden" : undefined}>{text("sel.count", { count })}</span>
      </span>
      {isOwn && only !== undefined && (
        <Tool icon="share" text="sel.share" onPress={() => page.ask({ kind: "share", entry: only })} />
      )}
      {/* The dialog for sharing copies the link too, if there is no room for both. */}
      {hasFiles && rights.hasLinks && !(isOwn && isNarrow && only !== undefined) && (
        <Tool icon="link" text="sel.copyLinks" values={{ count }} isMinor onPress={() => commands.copyLinks()} />
      )}
      {isOwn && hasFiles && !isNarrow && (
        <Tool icon="gear" text="sel.attributes" isMinor onPress={page.askAttributes} />
      )}
      {mayDownload(chosen, rights) && <Tool icon="download" text="sel.download" onPress={page.download} />}
      {rights.mayChange && (
        <>
          <Tool icon="move" text="sel.move" isMinor onPress={page.askMove} />
          {count === 1 && <Tool icon="pen" text="sel.rename" isMinor onPress={() => commands.rename()} />}
          <Tool icon="bin" text="sel.remove" isMinor onPress={() => commands.remove()} />
        </>
      )}
    </Toolbar>
  );
}

interface ToolProps {
  icon: IconName;
  text: TextId;
  values?: Record<string, number>;
  /** Always without its label. */
  isBare?: boolean;
  /** The first to lose its label when space is short. */
  isMinor?: boolean;
  onPress(): void;
}

/** An icon, with its label if there is room. */
function Tool({ icon, text: id, values, isBare = false, isMinor = false, onPress }: ToolProps): ReactNode {
  const { text } = useText();
  const words = text(id, values);
  const worded = `tool ${styles.tool ?? ""} ${isMinor ? (styles.minor ?? "") : ""}`;
  return (
    <Button className={isBare ? "icon-button" : worded} aria-label={words} onPress={onPress}>
      <Icon name={icon} />
      {!isBare && <span aria-hidden="true">{words}</span>}
    </Button>
  );
}

function SortMenu({ sorted, onSorted, layout }: Props) {
  const { text } = useText();
  return (
    <MenuTrigger>
      {/* With a list, the column headings sort, if there is room for them. */}
      <Button
        className={`tool ${styles.tool ?? ""} ${layout === "list" ? (styles.sort ?? "") : ""}`}
        aria-label={text("files.sort")}
      >
        <Icon name={sorted.order === "asc" ? "up" : "down"} />
        <span aria-hidden="true">{text("files.sort")}</span>
      </Button>
      <Popover className="popover">
        <Menu
          className="menu"
          selectionMode="single"
          selectedKeys={[`${sorted.sort}.${sorted.order}`]}
          disallowEmptySelection
          onAction={(key) => {
            const [sort, order] = String(key).split(".") as [SortOrder["sort"], SortOrder["order"]];
            onSorted({ sort, order });
          }}
        >
          {orders.map((order) => (
            <MenuItem key={order} id={order} className="menu-item">
              {text(`files.sort.${order}`)}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

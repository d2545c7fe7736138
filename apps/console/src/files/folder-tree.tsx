import { type RefObject, useEffect, useRef, useState } from "react";
import { Button, Tree, TreeItem, TreeItemContent } from "react-aria-components";
import { useLocation } from "wouter";
import { nameOfPlace, type Place } from "../api/place.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { Icon } from "../looks/icons.tsx";
import type { TextId } from "../texts/parts.ts";
import { useText } from "../texts/use-text.ts";
import styles from "./folder-tree.module.css";
import { routeOfPlace } from "./place-route.ts";
import type { Dragged } from "./row-drag.ts";
import { type FolderTreeData, type Rest, type TreeNode, useFolderTree } from "./tree-data.ts";
import { useTreeDrop } from "./tree-drop.ts";

interface Props {
  /** The current folder. */
  place: Place;
  /** Rows of the list that are being dragged. */
  dragged: RefObject<Dragged | undefined>;
}

/** Beside the list. */
export function FolderTreePanel({ place, dragged }: Props) {
  const { text } = useText();
  return (
    <nav
      aria-label={text("files.tree")}
      className={styles.panel}
      // A file dropped beside a folder would replace the page.
      onDragOver={(event) => {
        if (event.defaultPrevented || !event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "none";
      }}
    >
      <FolderTree place={place} dragged={dragged} />
    </nav>
  );
}

/** Over the list, if there is no room beside it. Opening another folder closes it. */
export function FolderTreeDialog({ place, dragged, onClose }: Props & { onClose(): void }) {
  const { text } = useText();
  return (
    <DialogBox title={text("files.tree")} onClose={onClose}>
      <div className={styles.framed}>
        <FolderTree place={place} dragged={dragged} hasFocus />
      </div>
    </DialogBox>
  );
}

const rests: Readonly<Record<Rest, TextId<"tree">>> = {
  loading: "app.loading",
  failed: "tree.failed",
  more: "tree.more",
  inList: "tree.inList",
};
/** Marks a folder's last line, which has no route of its own. */
const SIGN = "?";

function FolderTree({ place, dragged, hasFocus = false }: Props & { hasFocus?: boolean }) {
  const { text } = useText("tree");
  const [, navigate] = useLocation();
  const tree = useFolderTree(place);
  const { isReady } = tree;
  const [asked, ask] = useState<Asked>();
  const next = asked && firstNew(tree, asked);
  // So that the current folder gets the focus, and nothing jumps.
  const wasReady = useRef(false);
  wasReady.current ||= isReady;
  if (!wasReady.current) return <p className={styles.loading}>{text("app.loading")}</p>;
  const act = (key: string) => {
    const [route = "", isRest] = key.split(SIGN);
    const node = isRest === undefined ? undefined : tree.find(route);
    if (node?.rest === "failed") return tree.retry();
    if (node?.rest !== "more") return navigate(route);
    ask({ route, known: new Set(node.below.map((each) => each.route)) });
    tree.showMore(route);
  };
  const itemOf = (node: TreeNode) => {
    const name = nameOfPlace(node.place) ?? text("files.root");
    return (
      <TreeItem key={node.route} id={node.route} textValue={name} className={styles.item}>
        <TreeItemContent>
          {({ level, isExpanded }) => (
            <Line
              node={node}
              name={name}
              level={level}
              isOpen={isExpanded}
              shown={place}
              dragged={dragged}
              takesFocus={node.route === next}
              onFocus={() => ask(undefined)}
            />
          )}
        </TreeItemContent>
        {node.below.map(itemOf)}
        {node.rest !== undefined && restOf(node.route, node.rest)}
      </TreeItem>
    );
  };
  const restOf = (route: string, rest: Rest) => (
    <TreeItem
      // The same line whatever it says, so that it keeps the focus.
      key={`${route}${SIGN}`}
      id={`${route}${SIGN}`}
      textValue={text(rests[rest])}
      className={styles.item}
      isDisabled={rest === "loading"}
    >
      <TreeItemContent>
        {({ level }) => (
          <div className={styles.line} data-rest style={{ paddingInlineStart: indent(level) }}>
            {text(rests[rest])}
          </div>
        )}
      </TreeItemContent>
    </TreeItem>
  );
  return (
    <Tree
      aria-label={text("files.tree")}
      className={styles.tree ?? ""}
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- the dialog is for nothing else
      autoFocus={hasFocus}
      selectionMode="single"
      selectedKeys={[routeOfPlace(place)]}
      disallowEmptySelection
      expandedKeys={tree.open}
      onExpandedChange={tree.setOpen}
      onSelectionChange={(keys) => {
        for (const key of keys) act(String(key));
      }}
    >
      {itemOf(tree.root)}
    </Tree>
  );
}

const STEP = 16;
const indent = (level: number): string => `${8 + (level - 1) * STEP}px`;

interface LineProps extends Props {
  node: TreeNode;
  name: string;
  level: number;
  isOpen: boolean;
  shown: Place;
  takesFocus: boolean;
  onFocus(): void;
}

function Line({ node, name, level, isOpen, shown, dragged, takesFocus, onFocus }: Omit<LineProps, "place">) {
  const drop = useTreeDrop(node, shown, dragged);
  const line = useRef<HTMLDivElement>(null);
  const isShown = node.route === routeOfPlace(shown);
  useEffect(() => {
    if (isShown) line.current?.scrollIntoView({ block: "nearest" });
  }, [isShown]);
  useEffect(() => {
    if (!takesFocus) return;
    line.current?.closest<HTMLElement>("[role=row]")?.focus();
    onFocus();
  }, [takesFocus, onFocus]);
  return (
    <div ref={line} className={styles.line} style={{ paddingInlineStart: indent(level) }} title={name} {...drop}>
      {node.mayOpen ? (
        <Button slot="chevron" className={styles.chevron ?? ""}>
          <Icon name={isOpen ? "down" : "right"} />
        </Button>
      ) : (
        <span className={styles.chevron} />
      )}
      <Icon name="folder" />
      <span className={styles.name}>{name}</span>
    </div>
  );
}

/** Lines of a folder for which more were requested. */
interface Asked {
  route: string;
  known: ReadonlySet<string>;
}

/** After requesting more, the focus goes to the first new folder. */
const firstNew = ({ find }: FolderTreeData, { route, known }: Asked): string | undefined =>
  find(route)?.below.find((each) => !known.has(each.route))?.route;

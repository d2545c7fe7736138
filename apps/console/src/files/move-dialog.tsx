import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button, ListBox, ListBoxItem } from "react-aria-components";
import { type Entry, listFolder } from "../api/entries.ts";
import { failureText } from "../api/failure.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";

/** Folders come first in a listing; a folder with more of them is searched by its own page. */
const MOST = 200;

interface Props {
  entries: readonly Entry[];
  from: readonly string[];
  onMove(entries: readonly Entry[], to: { folderId: number; name: string }): Promise<void>;
  onClose(): void;
}

/** Goes from folder to folder, beginning where the entries are. */
export function MoveDialog({ entries, from, onMove, onClose }: Props) {
  const { text } = useText();
  const [path, setPath] = useState(from);
  const [isBusy, setBusy] = useState(false);
  const view = { path, sort: "name", order: "asc", filter: "" } as const;
  const { data, error } = useQuery({
    queryKey: ["folder", path.join("/"), "move"],
    queryFn: () => listFolder(view, { offset: 0, limit: MOST }),
  });
  const moved = new Set(entries.map(({ key }) => key));
  const folders = (data?.entries ?? []).flatMap((entry) =>
    entry.kind === "folder" && !moved.has(entry.key) ? [entry] : [],
  );
  const name = path.at(-1) ?? text("files.root");
  const above = path.length > 1 ? path.at(-2) : text("files.root");
  const isSame = path.join("/") === from.join("/");
  const move = async () => {
    if (data === undefined || isBusy) return;
    setBusy(true);
    await onMove(entries, { folderId: data.folderId, name });
    onClose();
  };
  return (
    <DialogBox title={text("move.title", { count: entries.length, name: entries[0]?.name ?? "" })} onClose={onClose}>
      {path.length > 0 && (
        <Button className="button plain" onPress={() => setPath(path.slice(0, -1))}>
          <Icon name="up" />
          {text("move.up", { folder: above ?? "" })}
        </Button>
      )}
      <ListBox
        key={path.join("/")}
        className="list"
        aria-label={text("move.where", { folder: name })}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the dialog is for nothing else
        autoFocus
        onAction={(key) => {
          const chosen = folders.find((each) => each.key === key);
          if (chosen !== undefined) setPath([...path, chosen.name]);
        }}
        renderEmptyState={() => (
          <p>{error !== null ? failureText(error, text) : text(data === undefined ? "app.loading" : "move.none")}</p>
        )}
      >
        {folders.map((folder) => (
          <ListBoxItem key={folder.key} id={folder.key} textValue={folder.name} className="list-item">
            <Icon name="folder" />
            {folder.name}
          </ListBoxItem>
        ))}
      </ListBox>
      <p className="quiet">{[text("files.root"), ...path].join(" / ")}</p>
      <div className="dialog-actions">
        <Button className="button plain" onPress={onClose}>
          {text("app.cancel")}
        </Button>
        <Button className="button" onPress={() => void move()} isDisabled={data === undefined || isSame}>
          {text("move.here")}
        </Button>
      </div>
    </DialogBox>
  );
}

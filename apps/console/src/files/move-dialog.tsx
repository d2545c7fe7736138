import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Button, ListBox, ListBoxItem } from "react-aria-components";
import { listFolder } from "../api/entries.ts";
import { failureText } from "../api/failure.ts";
import { keyOfPlace, nameOfPlace, type Place, placeBelow, placesAbove } from "../api/place.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { SignInApart } from "../frame/problem.tsx";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import type { Chosen } from "./chosen.ts";

/** A folder with more subfolders is searched on its own page. */
const MOST = 200;

interface Props {
  chosen: Chosen;
  from: Place;
  onMove(chosen: Chosen, to: { folderId: number; name: string }): Promise<void>;
  onClose(): void;
}

/** Moves from folder to folder, starting where the entries are. */
export function MoveDialog({ chosen, from, onMove, onClose }: Props) {
  const { text } = useText("dialogs");
  const [place, setPlace] = useState(from);
  const [isBusy, setBusy] = useState(false);
  const view = { place, sort: "name", order: "asc", filter: "", kind: "folder" } as const;
  const { data, error } = useQuery({
    queryKey: ["folder", keyOfPlace(place), "move"],
    queryFn: () => listFolder(view, { offset: 0, limit: MOST }),
  });
  const placeKey = keyOfPlace(place);
  const isSame = placeKey === keyOfPlace(from);
  const list = useRef<HTMLDivElement>(null);
  // The list's own `autoFocus` takes the focus back while it has no entries, and no key leads out of it.
  useEffect(() => list.current?.focus(), [placeKey]);
  const above = placesAbove(place);
  const higher = above.at(-1);
  const wordOf = (each: Place) => nameOfPlace(each) ?? text("files.root");
  const folders = (data?.entries ?? []).flatMap((entry) =>
    entry.kind === "folder" && !(isSame && chosen.has(entry.key)) ? [entry] : [],
  );
  const name = wordOf(place);
  const move = async () => {
    if (data === undefined || isBusy) return;
    setBusy(true);
    await onMove(chosen, { folderId: data.folderId, name });
    onClose();
  };
  return (
    <DialogBox title={text("move.title", { count: chosen.count, name: chosen.known[0]?.name ?? "" })} onClose={onClose}>
      {higher !== undefined && (
        <Button className="button plain" onPress={() => setPlace(higher)}>
          <Icon name="up" />
          {text("move.up", { folder: wordOf(higher) })}
        </Button>
      )}
      <ListBox
        key={placeKey}
        ref={list}
        className="list"
        aria-label={text("move.where", { folder: name })}
        onAction={(key) => {
          const folder = folders.find((each) => each.key === key);
          if (folder !== undefined) setPlace(placeBelow(place, folder));
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
      <SignInApart error={error} />
      <p className="quiet">{[...above, place].map(wordOf).join(" / ")}</p>
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

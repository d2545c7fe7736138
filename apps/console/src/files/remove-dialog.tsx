import { useState } from "react";
import { Button } from "react-aria-components";
import type { Entry } from "../api/entries.ts";
import { useTrashDays } from "../api/trash.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { useText } from "../texts/use-text.ts";

const MOST_NAMED = 5;

interface Props {
  entries: readonly Entry[];
  onRemove(entries: readonly Entry[]): Promise<void>;
  onClose(): void;
}

/** Names what would go, and says whether it can come back. */
export function RemoveDialog({ entries, onRemove, onClose }: Props) {
  const { text } = useText();
  const [isBusy, setBusy] = useState(false);
  const count = entries.length;
  const { data: days } = useTrashDays();
  const hasFolder = entries.some(({ kind }) => kind === "folder");
  const remove = async () => {
    if (isBusy) return;
    setBusy(true);
    await onRemove(entries);
    onClose();
  };
  return (
    <DialogBox
      role="alertdialog"
      title={text("remove.title", { count, name: entries[0]?.name ?? "" })}
      onClose={onClose}
    >
      {count > 1 && (
        <ul className="names">
          {entries.slice(0, MOST_NAMED).map(({ key, name }) => (
            <li key={key}>{name}</li>
          ))}
          {count > MOST_NAMED && <li>…</li>}
        </ul>
      )}
      {days !== undefined && (
        <p>{days === 0 ? text("remove.forGood", { count }) : text("remove.toTrash", { count, days })}</p>
      )}
      {hasFolder && <p>{text("remove.folders")}</p>}
      <div className="dialog-actions">
        {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- Enter must not remove by accident */}
        <Button className="button plain" onPress={onClose} autoFocus>
          {text("app.cancel")}
        </Button>
        <Button className="button danger" onPress={() => void remove()}>
          {text("remove.do")}
        </Button>
      </div>
    </DialogBox>
  );
}

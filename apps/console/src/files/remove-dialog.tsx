import { useState } from "react";
import { useAccount } from "../api/account.ts";
import { ConfirmDialog } from "../frame/confirm-dialog.tsx";
import { useText } from "../texts/use-text.ts";
import type { Chosen } from "./chosen.ts";

const MOST_NAMED = 5;

interface Props {
  chosen: Chosen;
  /** The owner, if it is somebody else's. */
  owner: string | undefined;
  onRemove(chosen: Chosen): Promise<void>;
  onClose(): void;
}

/** Says what would be removed, and whether it can be restored. */
export function RemoveDialog({ chosen, owner, onRemove, onClose }: Props) {
  const { text } = useText("dialogs");
  const [isBusy, setBusy] = useState(false);
  const { count, known } = chosen;
  // Loaded before the question: screen readers read the dialog's description as it opens.
  const days = useAccount().data?.settings.trashDays;
  const hasFolder = chosen.mayHave("folder");
  const remove = async () => {
    if (isBusy) return;
    setBusy(true);
    await onRemove(chosen);
    onClose();
  };
  return (
    <ConfirmDialog
      title={text("remove.title", { count, name: known[0]?.name ?? "" })}
      action={text("remove.do")}
      onConfirm={remove}
      onClose={onClose}
    >
      {count > 1 && (
        <ul className="names">
          {known.slice(0, MOST_NAMED).map(({ key, name }) => (
            <li key={key}>{name}</li>
          ))}
          {count > MOST_NAMED && <li>…</li>}
        </ul>
      )}
      {owner !== undefined && <p>{text("remove.toTheirs", { count, owner })}</p>}
      {owner === undefined && days !== undefined && (
        <p>{days === 0 ? text("remove.forGood", { count }) : text("remove.toTrash", { count, days })}</p>
      )}
      {hasFolder && <p>{text("remove.folders")}</p>}
    </ConfirmDialog>
  );
}

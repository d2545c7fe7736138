import type { Entry } from "@consigne/sdk";
import { client } from "../api/client.ts";
import { ConfirmDialog } from "../frame/confirm-dialog.tsx";
import { useNotices } from "../frame/notices.tsx";
import { useCall } from "../frame/use-call.ts";
import { useText } from "../texts/use-text.ts";

interface Props {
  entry: Entry;
  owner: string;
  onRemoved(): Promise<void>;
  onClose(): void;
}

/** Says whose trash it goes to, since whoever removes it cannot bring it back. */
export function RemoveShared({ entry, owner, onRemoved, onClose }: Props) {
  const { text } = useText("share");
  const notices = useNotices();
  const call = useCall();
  const { name } = entry;
  const remove = async () => {
    const isDone = await call.run(async () => {
      const [result] = await client.entries.change([
        entry.kind === "folder"
          ? { folderId: entry.id, remove: true, withContents: true }
          : { fileId: entry.id, remove: true },
      ]);
      if (result?.error !== undefined) throw new Error(result.error.message);
    });
    if (isDone) {
      notices.tell(text("shared.removed", { name }));
      onClose();
    }
    await onRemoved();
  };
  return (
    <ConfirmDialog
      title={text("shared.removeTitle", { name })}
      action={text("shared.removeDo")}
      call={call}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>{text("shared.removeText", { owner })}</p>
    </ConfirmDialog>
  );
}

import type { FileVersion } from "@consigne/sdk";
import { client } from "../api/client.ts";
import { ConfirmDialog } from "../frame/confirm-dialog.tsx";
import { useNotices } from "../frame/notices.tsx";
import { useCall } from "../frame/use-call.ts";
import { formatWholeDate } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";

interface Props {
  fileId: string;
  version: FileVersion;
  onRemoved(): Promise<void>;
  onClose(): void;
}

/** Asks before an older version is removed permanently. */
export function RemoveVersion({ fileId, version, onRemoved, onClose }: Props) {
  const { text, language } = useText("trash", "versions");
  const notices = useNotices();
  const call = useCall();
  const date = formatWholeDate(version.date, language);
  const remove = async () => {
    if (!(await call.run(() => client.versions.remove(fileId, [version.id])))) return;
    notices.tell(text("versions.removed", { date }));
    onClose();
    await onRemoved();
  };
  return (
    <ConfirmDialog
      title={text("versions.removeTitle", { date })}
      action={text("trash.removeDo")}
      call={call}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>{text("versions.removeText")}</p>
    </ConfirmDialog>
  );
}

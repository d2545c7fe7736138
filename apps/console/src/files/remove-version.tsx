import type { FileVersion } from "@consigne/sdk";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { useNotices } from "../frame/notices.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { formatWholeDate } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";

interface Props {
  fileId: string;
  version: FileVersion;
  onRemoved(): Promise<void>;
  onClose(): void;
}

/** Asks before an older version goes for good. */
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
    <DialogBox role="alertdialog" title={text("versions.removeTitle", { date })} onClose={onClose}>
      <p>{text("versions.removeText")}</p>
      <Problem call={call} />
      <div className="dialog-actions">
        {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- Enter must not remove by accident */}
        <Button className="button plain" onPress={onClose} autoFocus>
          {text("app.cancel")}
        </Button>
        <Button className="button danger" onPress={() => void remove()}>
          {text("trash.removeDo")}
        </Button>
      </div>
    </DialogBox>
  );
}

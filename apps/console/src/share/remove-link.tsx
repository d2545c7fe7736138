import type { Link } from "@consigne/sdk";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { useNotices } from "../frame/notices.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { useText } from "../texts/use-text.ts";

interface Props {
  link: Link;
  onRemoved(): Promise<void>;
  onClose(): void;
}

/** Asks before a link is gone that others may have. */
export function RemoveLink({ link, onRemoved, onClose }: Props) {
  const { text } = useText("share");
  const notices = useNotices();
  const call = useCall();
  const remove = async () => {
    if (!(await call.run(() => client.links.remove(link.id)))) return;
    notices.tell(text("share.removed"));
    onClose();
    await onRemoved();
  };
  return (
    <DialogBox role="alertdialog" title={text("share.removeTitle")} onClose={onClose}>
      <p>
        <code>{link.url}</code>
      </p>
      {link.note !== "" && <p>{link.note}</p>}
      <p>{text("share.removeText")}</p>
      <Problem call={call} />
      <div className="dialog-actions">
        {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- Enter must not remove by accident */}
        <Button className="button plain" onPress={onClose} autoFocus>
          {text("app.cancel")}
        </Button>
        <Button className="button danger" onPress={() => void remove()}>
          {text("share.removeDo")}
        </Button>
      </div>
    </DialogBox>
  );
}

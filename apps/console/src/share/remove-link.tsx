import type { Link } from "@consigne/sdk";
import { client } from "../api/client.ts";
import { ConfirmDialog } from "../frame/confirm-dialog.tsx";
import { useNotices } from "../frame/notices.tsx";
import { useCall } from "../frame/use-call.ts";
import { useText } from "../texts/use-text.ts";

interface Props {
  link: Link;
  onRemoved(): Promise<void>;
  onClose(): void;
}

/** Asks before a link is removed that others may have. */
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
    <ConfirmDialog
      title={text("share.removeTitle")}
      action={text("share.removeDo")}
      call={call}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>
        <code>{link.url}</code>
      </p>
      {link.note !== "" && <p>{link.note}</p>}
      <p>{text("share.removeText")}</p>
    </ConfirmDialog>
  );
}

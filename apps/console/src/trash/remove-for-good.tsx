import type { TrashEntry } from "@consigne/sdk";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { useNotices } from "../frame/notices.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { useText } from "../texts/use-text.ts";

/** Those of the trash, at least one, or all of it. */
export type AskedRemoval = readonly TrashEntry[] | "everything";

interface Props {
  asked: AskedRemoval;
  onRemoved(): Promise<void>;
  onClose(): void;
}

/** Asks before what cannot be undone. */
export function RemoveForGood({ asked, onRemoved, onClose }: Props) {
  const { text } = useText("trash");
  const notices = useNotices();
  const call = useCall();
  const isAll = asked === "everything";
  const [count, name] = isAll ? [0, ""] : [asked.length, asked[0]?.name ?? ""];
  const remove = async () => {
    if (!(await call.run(() => (isAll ? client.trash.empty() : client.trash.remove(asked.map(({ id }) => id))))))
      return;
    notices.tell(isAll ? text("trash.emptied") : text("trash.removedDone", { count, name }));
    await onRemoved();
    onClose();
  };
  return (
    <DialogBox
      role="alertdialog"
      title={isAll ? text("trash.emptyTitle") : text("trash.removeTitle", { count, name })}
      onClose={onClose}
    >
      <p>{isAll ? text("trash.emptyText") : text("trash.removeText", { count })}</p>
      <Problem call={call} />
      <div className="dialog-actions">
        {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- Enter must not remove by accident */}
        <Button className="button plain" onPress={onClose} autoFocus>
          {text("app.cancel")}
        </Button>
        <Button className="button danger" onPress={() => void remove()}>
          {text(isAll ? "trash.emptyDo" : "trash.removeDo")}
        </Button>
      </div>
    </DialogBox>
  );
}

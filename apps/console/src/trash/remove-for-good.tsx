import type { TrashEntry } from "@consigne/sdk";
import { client } from "../api/client.ts";
import { ConfirmDialog } from "../frame/confirm-dialog.tsx";
import { useNotices } from "../frame/notices.tsx";
import { useCall } from "../frame/use-call.ts";
import { useText } from "../texts/use-text.ts";

/** At least one entry of the trash, or all of it. */
export type AskedRemoval = readonly TrashEntry[] | "everything";

interface Props {
  asked: AskedRemoval;
  onRemoved(): Promise<void>;
  onClose(): void;
}

/** Asks before something that cannot be undone. */
export function RemoveForGood({ asked, onRemoved, onClose }: Props) {
  const { text } = useText("trash");
  const notices = useNotices();
  const call = useCall();
  const isAll = asked === "everything";
  const [count, name] = isAll ? [0, ""] : [asked.length, asked[0]?.name ?? ""];
  const remove = async () => {
    const work = () => (isAll ? client.trash.empty() : client.trash.remove(asked.map(({ id }) => id)));
    if (!(await call.run(work, onRemoved))) return;
    notices.tell(isAll ? text("trash.emptied") : text("trash.removedDone", { count, name }));
    onClose();
  };
  return (
    <ConfirmDialog
      title={isAll ? text("trash.emptyTitle") : text("trash.removeTitle", { count, name })}
      action={text(isAll ? "trash.emptyDo" : "trash.removeDo")}
      call={call}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>{isAll ? text("trash.emptyText") : text("trash.removeText", { count })}</p>
    </ConfirmDialog>
  );
}

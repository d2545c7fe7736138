import { type ReactNode, useId } from "react";
import { Button } from "react-aria-components";
import { useText } from "../texts/use-text.ts";
import { DialogBox } from "./dialog-box.tsx";
import { Problem } from "./problem.tsx";
import type { RunningCall } from "./use-call.ts";

interface Props {
  title: string;
  /** Label of the button that does it. */
  action: string;
  /** The call whose problem is shown. */
  call?: RunningCall;
  onConfirm(): Promise<void>;
  onClose(): void;
  children: ReactNode;
}

/** Asks before something is lost. */
export function ConfirmDialog({ title, action, call, onConfirm, onClose, children }: Props) {
  const { text } = useText();
  const id = useId();
  return (
    <DialogBox role="alertdialog" title={title} describedBy={id} onClose={onClose}>
      <div id={id}>{children}</div>
      {call !== undefined && <Problem call={call} />}
      <div className="dialog-actions">
        {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- Enter must not do it by accident */}
        <Button className="button plain" onPress={onClose} autoFocus>
          {text("app.cancel")}
        </Button>
        <Button className="button danger" onPress={() => void onConfirm()}>
          {action}
        </Button>
      </div>
    </DialogBox>
  );
}

import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { useText } from "../texts/use-text.ts";

interface Props {
  /** False if a check was already in progress. */
  onStarted(isStarted: boolean): Promise<void>;
  onClose(): void;
}

/** Says what a check does and how long it may take, before it is started. */
export function StorageCheckDialog({ onStarted, onClose }: Props) {
  const { text } = useText("storage");
  const call = useCall();
  const start = async () => {
    const isDone = await call.run(async () => onStarted(await client.admin.checkStorage()));
    if (isDone) onClose();
  };
  return (
    <DialogBox title={text("sto.startTitle")} onClose={onClose}>
      <p>{text("sto.startText")}</p>
      <Problem call={call} />
      <div className="dialog-actions">
        <Button className="button plain" onPress={onClose}>
          {text("app.cancel")}
        </Button>
        <Button className="button" onPress={() => void start()}>
          {text("sto.startDo")}
        </Button>
      </div>
    </DialogBox>
  );
}

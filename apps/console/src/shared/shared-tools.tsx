import { useRef, useState } from "react";
import { Button, FileTrigger, Form } from "react-aria-components";
import { client } from "../api/client.ts";
import { sendFile } from "../api/upload-door.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { Field } from "../frame/field.tsx";
import { useNotices } from "../frame/notices.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import styles from "./shared.module.css";

interface Props {
  folderId: number;
  onChanged(): Promise<void>;
}

/** For those who may write: what they put in is the owner's. */
export function SharedTools({ folderId, onChanged }: Props) {
  const { text } = useText("share");
  const notices = useNotices();
  const [sending, setSending] = useState<string>();
  const [isNaming, setNaming] = useState(false);
  const cut = useRef(new AbortController());
  const upload = async (files: readonly File[]) => {
    let count = 0;
    for (const file of files) {
      setSending(file.name);
      const hooks = { onSent: () => undefined, onWhole: () => undefined, signal: cut.current.signal };
      try {
        const sent = await sendFile(file, { folderId, name: file.name }, hooks);
        if (sent.kind === "stored") count += 1;
        else {
          const reason = sent.kind === "refused" ? sent.reason : text("shared.lost");
          notices.tell(text("shared.notUploaded", { name: file.name, reason }));
        }
      } catch (failure) {
        notices.fail(failure);
      }
    }
    setSending(undefined);
    if (count > 0) notices.tell(text("shared.uploaded", { count }));
    await onChanged();
  };
  return (
    <div className={styles.tools}>
      {/* Whoever listens hears which file is on its way. */}
      <span role="status" className="quiet">
        {sending !== undefined && text("shared.uploading", { name: sending })}
      </span>
      <FileTrigger allowsMultiple onSelect={(files) => void upload([...(files ?? [])])}>
        <Button className="button" isDisabled={sending !== undefined}>
          <Icon name="upload" />
          {text("shared.upload")}
        </Button>
      </FileTrigger>
      <Button className="button plain" onPress={() => setNaming(true)}>
        {text("shared.newFolder")}
      </Button>
      {isNaming && <NewFolder folderId={folderId} onMade={onChanged} onClose={() => setNaming(false)} />}
    </div>
  );
}

function NewFolder({ folderId, onMade, onClose }: { folderId: number; onMade(): Promise<void>; onClose(): void }) {
  const { text } = useText("share");
  const call = useCall();
  const [name, setName] = useState("");
  const make = async () => {
    if (name === "" || !(await call.run(() => client.folders.create(name, { parentId: folderId })))) return;
    onClose();
    await onMade();
  };
  return (
    <DialogBox title={text("shared.newFolder")} onClose={onClose}>
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <Field label={text("shared.folderName")} value={name} onChange={setName} isFirst />
        <Problem call={call} />
        <div className="dialog-actions">
          <Button className="button plain" onPress={onClose}>
            {text("app.cancel")}
          </Button>
          <Button type="submit" className="button">
            {text("shared.create")}
          </Button>
        </div>
      </Form>
    </DialogBox>
  );
}

import { useId, useState } from "react";
import { Button } from "react-aria-components";
import type { FileItem } from "../api/entries.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { SelectField } from "../frame/field.tsx";
import { useNotices } from "../frame/notices.tsx";
import { copyText } from "../looks/copy-text.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { copiedForm, type CopiedForm, forms } from "./copied-forms.ts";
import styles from "./share.module.css";

/** How many are shown; all are copied. */
const MOST_SHOWN = 100;

/** The links of many files in a format for pasting elsewhere. */
export function CopyDialog({ files, onClose }: { files: readonly FileItem[]; onClose(): void }) {
  const { text } = useText("attributes");
  const notices = useNotices();
  const id = useId();
  const [form, setForm] = useState<CopiedForm>("link");
  const linesOf = (some: readonly FileItem[]) => some.map((file) => copiedForm(form, file)).join("\n");
  const count = files.length;
  const copy = async () => {
    const lines = linesOf(files);
    if (!(await copyText(lines))) return notices.tell(text("done.copyFailed"), { copyText: lines });
    notices.tell(text("done.links", { count }));
    onClose();
  };
  return (
    <DialogBox title={text("copy.title", { count })} onClose={onClose}>
      <div className={styles.form}>
        <SelectField<CopiedForm>
          label={text("copy.form")}
          value={form}
          options={forms.map((value) => ({ value, text: text(`copy.form.${value}`) }))}
          onChange={(value) => setForm(forms.find((each) => each === value) ?? form)}
        />
        <div className="field">
          <label htmlFor={id}>{text("copy.preview")}</label>
          <textarea
            id={id}
            className={styles.preview}
            readOnly
            value={linesOf(files.slice(0, MOST_SHOWN))}
            rows={Math.min(Math.max(count, 3), 8)}
          />
          {count > MOST_SHOWN && <p className="quiet">{text("copy.some", { shown: MOST_SHOWN, count })}</p>}
        </div>
      </div>
      <div className="dialog-actions">
        <Button className="button plain" onPress={onClose}>
          {text("app.cancel")}
        </Button>
        <Button className="button" onPress={() => void copy()}>
          <Icon name="copy" />
          {text("copy.do", { count })}
        </Button>
      </div>
    </DialogBox>
  );
}

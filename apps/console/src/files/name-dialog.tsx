import { type SyntheticEvent, useState } from "react";
import { Button, Form, Input, Label, TextField } from "react-aria-components";
import type { Entry } from "../api/entries.ts";
import { failureText } from "../api/failure.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { FieldProblem } from "../frame/field-problem.tsx";
import { SignInApart } from "../frame/problem.tsx";
import { useText } from "../texts/use-text.ts";

type Props = { onName(name: string): Promise<void>; onClose(): void } & (
  | { kind: "new"; entry?: undefined }
  | { kind: "rename"; entry: Entry }
);

/** For a new folder, and for renaming. A refusal is shown beside the field, which keeps the entered text. */
export function NameDialog({ kind, entry, onName, onClose }: Props) {
  const { text } = useText("dialogs");
  const [name, setName] = useState(entry?.name ?? "");
  const [{ problem, error }, say] = useState<{ problem?: string; error?: unknown }>({});
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    const wanted = name.trim();
    if (wanted === "") return say({ problem: text("name.empty") });
    if (wanted.includes("/")) return say({ problem: text("name.slash") });
    if (wanted === entry?.name) return onClose();
    setBusy(true);
    try {
      await onName(wanted);
      onClose();
    } catch (thrown) {
      say({ problem: failureText(thrown, text), error: thrown });
      setBusy(false);
    }
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!isBusy) void save();
  };
  return (
    <DialogBox
      title={kind === "new" ? text("folder.title") : text("rename.title", { name: entry.name })}
      onClose={onClose}
    >
      <Form onSubmit={submit} validationBehavior="aria">
        <TextField
          className="field"
          value={name}
          onChange={(value) => {
            setName(value);
            say({});
          }}
          isInvalid={problem !== undefined}
          maxLength={250}
          autoComplete="off"
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the dialog is for nothing else
          autoFocus
        >
          <Label>{text(kind === "new" ? "folder.name" : "rename.name")}</Label>
          <Input onFocus={(event) => markStem(event.currentTarget, entry)} />
          <FieldProblem>{problem}</FieldProblem>
        </TextField>
        <SignInApart error={error} />
        <div className="dialog-actions">
          <Button className="button plain" onPress={onClose}>
            {text("app.cancel")}
          </Button>
          <Button className="button" type="submit">
            {text(kind === "new" ? "folder.create" : "rename.save")}
          </Button>
        </div>
      </Form>
    </DialogBox>
  );
}

/** Typing replaces the name, but not the extension. */
function markStem(field: HTMLInputElement, entry: Entry | undefined): void {
  const dot = entry?.kind === "file" ? field.value.lastIndexOf(".") : -1;
  field.setSelectionRange(0, dot > 0 ? dot : field.value.length);
}

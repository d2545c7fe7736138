import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { client } from "../api/client.ts";
import type { FileItem } from "../api/entries.ts";
import { refreshFolders } from "../files/folder-data.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { Field, SelectField, SharedPasswordField } from "../frame/field.tsx";
import { useNotices } from "../frame/notices.tsx";
import { LoadFailure, Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { AccessFields } from "../share/access-fields.tsx";
import styles from "../share/share.module.css";
import { useText } from "../texts/use-text.ts";
import {
  type AttributeProblems,
  attributeProblems,
  changedAttributes,
  type GivenAttributes,
  givenAttributes,
  hasProblems,
} from "./attribute-changes.ts";

const LONGEST_NOTE = 4000;

interface Props {
  files: readonly FileItem[];
  onClose(): void;
}

/** Password, note and access list of one file or of several at once. */
export function AttributesDialog({ files, onClose }: Props) {
  const { text } = useText("attributes", "share");
  const [first] = files;
  const only = files.length === 1 ? first : undefined;
  const {
    data: known,
    error,
    refetch,
  } = useQuery({
    queryKey: ["attributes", only?.key],
    queryFn: async () => givenAttributes(only === undefined ? undefined : await client.files.info(only.url)),
    // Values changed elsewhere meanwhile must not be taken for the current ones.
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <DialogBox title={text("attr.title", { count: files.length, name: first?.name ?? "" })} onClose={onClose}>
      {error !== null && known === undefined && <LoadFailure error={error} retry={() => void refetch()} />}
      {error === null && known === undefined && <p className="quiet">{text("app.loading")}</p>}
      {known !== undefined && <AttributesForm files={files} before={known} onClose={onClose} />}
    </DialogBox>
  );
}

function AttributesForm({ files, before: known, onClose }: Props & { before: GivenAttributes }) {
  const { text } = useText("attributes", "share");
  const notices = useNotices();
  const queries = useQueryClient();
  const call = useCall();
  // The values when the dialog was opened, whatever is loaded again behind it.
  const [before] = useState(known);
  const [given, setGiven] = useState(known);
  const [problems, setProblems] = useState<AttributeProblems>({ access: {} });
  const isMany = files.length > 1;
  const hasPassword = files.some((file) => file.hasPassword);
  const set = (part: Partial<GivenAttributes>) => {
    setGiven((now) => ({ ...now, ...part }));
    setProblems({ access: {} });
  };
  const save = async () => {
    const found = attributeProblems(given);
    setProblems(found);
    if (hasProblems(found)) return;
    const changes = changedAttributes(given, before);
    if (changes === undefined) return onClose();
    const urls = files.map(({ url }) => url);
    const refresh = () => Promise.all([refreshFolders(queries), queries.invalidateQueries({ queryKey: ["links"] })]);
    if (!(await call.run(() => client.files.setAttributes(urls, changes), refresh))) return;
    notices.tell(text("attr.done", { count: files.length, name: files[0]?.name ?? "" }));
    onClose();
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void save();
  };
  return (
    <Form className={styles.form ?? ""} onSubmit={submit} validationBehavior="aria">
      <p className="quiet">{text(isMany ? "attr.manyText" : "attr.oneText")}</p>
      <PasswordFields given={given} set={set} problem={problems.password} mayRemove={hasPassword} />
      <AccessFields
        given={given.access}
        onChange={(access) => set({ access })}
        problems={problems.access}
        mayKeep={isMany}
      />
      <SelectField
        label={text("attr.shown")}
        value={given.shown}
        options={[...(isMany ? (["keep"] as const) : []), "no" as const, "yes" as const].map((value) => ({
          value,
          text: text(`attr.shown.${value}`),
        }))}
        onChange={(shown) => set({ shown })}
      />
      {isMany && (
        <SelectField
          label={text("attr.notes")}
          value={given.note.choice}
          options={(["keep", "set"] as const).map((value) => ({ value, text: text(`attr.notes.${value}`) }))}
          onChange={(choice) => set({ note: { ...given.note, choice } })}
        />
      )}
      {given.note.choice === "set" && (
        <Field
          label={text("share.note")}
          advice={text(isMany ? "attr.notesAdvice" : "share.noteAdvice")}
          value={given.note.text}
          onChange={(note) => set({ note: { choice: "set", text: note } })}
          maxLength={LONGEST_NOTE}
        />
      )}
      <Problem call={call} />
      <div className="dialog-actions">
        <Button className="button plain" onPress={onClose}>
          {text("app.cancel")}
        </Button>
        <Button className="button" type="submit">
          {text("share.save")}
        </Button>
      </div>
    </Form>
  );
}

interface PasswordProps {
  given: GivenAttributes;
  set(part: Partial<GivenAttributes>): void;
  problem: AttributeProblems["password"];
  /** At least one of the files has one. */
  mayRemove: boolean;
}

function PasswordFields({ given: { password }, set, problem, mayRemove }: PasswordProps) {
  const { text } = useText("attributes", "share");
  const keep = mayRemove ? text("attr.password.keep") : text("attr.password.none");
  return (
    <>
      <SelectField
        label={text("attr.password")}
        value={password.choice}
        options={[
          { value: "keep", text: keep },
          { value: "set", text: text("attr.password.set") },
          ...(mayRemove ? [{ value: "remove" as const, text: text("share.noPassword") }] : []),
        ]}
        onChange={(choice) => set({ password: { ...password, choice } })}
      />
      {password.choice === "set" && (
        <SharedPasswordField
          label={text("attr.password.new")}
          advice={text("attr.password.advice")}
          value={password.text}
          onChange={(typed) => set({ password: { choice: "set", text: typed } })}
          problem={problem === undefined ? undefined : text(problem)}
        />
      )}
    </>
  );
}

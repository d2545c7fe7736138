import type { Link, LinkedEntry, LinkRules } from "@consigne/sdk";
import { type SyntheticEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { client } from "../api/client.ts";
import type { Entry } from "../api/entries.ts";
import { Checkbox } from "../frame/checkbox.tsx";
import { DialogBox } from "../frame/dialog-box.tsx";
import { Field, SharedPasswordField } from "../frame/field.tsx";
import { useNotices } from "../frame/notices.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { lastDayBefore } from "../looks/day-field.ts";
import { useText } from "../texts/use-text.ts";
import { AccessFields } from "./access-fields.tsx";
import { type Given, problemsIn, rulesFrom } from "./link-rules.ts";
import { useAccessChoice } from "./use-access-choice.ts";
import styles from "./share.module.css";

const LONGEST_NOTE = 1000;

interface Props {
  entry: Entry;
  target: LinkedEntry;
  /** The link to change; missing for a new one. */
  link?: Link;
  onSaved(): Promise<void>;
  onClose(): void;
}

export function LinkForm({ entry, target, link, onSaved, onClose }: Props) {
  const { text } = useText("share");
  const notices = useNotices();
  const call = useCall();
  const before = givenOf(link);
  const [given, setGiven] = useState(before);
  const [isOpen, setOpen] = useState(false);
  const access = useAccessChoice(link?.access);
  const [problems, setProblems] = useState<ReturnType<typeof problemsIn>>({});
  const set = (field: keyof Given) => (value: string) => {
    setGiven((now) => ({ ...now, [field]: value }));
    setProblems((now) => ({ ...now, [field]: undefined }));
  };
  const save = async () => {
    const found = problemsIn(given, before);
    setProblems(found);
    if (!access.check() || Object.keys(found).length > 0) return;
    const allowed = access.changed();
    const rules: LinkRules = {
      ...rulesFrom(given, before),
      ...(isOpen ? { password: "" } : {}),
      ...(allowed === undefined ? {} : { access: allowed }),
    };
    const work = () => (link === undefined ? client.links.add(target, rules) : client.links.change(link.id, rules));
    if (!(await call.run(work, onSaved))) return;
    notices.tell(text(link === undefined ? "share.made" : "share.changed"));
    onClose();
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void save();
  };
  const field = (name: keyof Given, advice?: string) => {
    const problem = problems[name];
    return {
      label: text(`share.${name}`),
      advice,
      value: given[name],
      onChange: set(name),
      problem: problem === undefined ? undefined : text(problem),
    };
  };
  const hasPassword = link?.hasPassword === true;
  return (
    <DialogBox
      title={link === undefined ? text("share.newTitle", { name: entry.name }) : text("share.changeTitle")}
      onClose={onClose}
    >
      <Form className={styles.form ?? ""} onSubmit={submit} validationBehavior="aria">
        {!isOpen && (
          <SharedPasswordField
            {...field("password", text(hasPassword ? "share.passwordKept" : "share.passwordAdvice"))}
            isFirst
          />
        )}
        {hasPassword && (
          <Checkbox isSelected={isOpen} onChange={setOpen}>
            {text("share.noPassword")}
          </Checkbox>
        )}
        <Field {...field("lastDay", text("share.lastDayAdvice"))} type="date" />
        <Field {...field("most", text(entry.kind === "folder" ? "share.mostOfFolder" : "share.mostAdvice"))} />
        <AccessFields {...access.fields} />
        <Field {...field("note", text("share.noteAdvice"))} maxLength={LONGEST_NOTE} />
        <Problem call={call} />
        <div className="dialog-actions">
          <Button className="button plain" onPress={onClose}>
            {text("app.cancel")}
          </Button>
          <Button className="button" type="submit">
            {text(link === undefined ? "share.create" : "share.save")}
          </Button>
        </div>
      </Form>
    </DialogBox>
  );
}

function givenOf(link: Link | undefined): Given {
  return {
    password: "",
    lastDay: link?.expiresAt === undefined ? "" : lastDayBefore(link.expiresAt),
    most: link?.maxDownloads === undefined ? "" : String(link.maxDownloads),
    note: link?.note ?? "",
  };
}

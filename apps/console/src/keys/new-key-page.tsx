import type { KeyArea, KeyRight, KeyScopes, KeyTemplate } from "@consigne/sdk";
import { isBadRequestError, isQuotaError } from "@consigne/sdk";
import { type SyntheticEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { client } from "../api/client.ts";
import { findFolderId } from "../api/entries.ts";
import { Field } from "../frame/field.tsx";
import { Page } from "../frame/page.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { endOfDay } from "../looks/day-field.ts";
import type { TextId } from "../texts/parts.ts";
import { useText } from "../texts/use-text.ts";
import styles from "./keys.module.css";
import type { ShownKey } from "./keys-page.tsx";
import { RightsChoice } from "./rights-choice.tsx";

const MOST_ADDRESSES = 50;
/** A rough check; the server makes the exact one. */
const ADDRESS = /^(?:\d+(?:\.\d+){3}|[\da-f.]*:[\da-f:.]*)(?:\/\d{1,3})?$/i;

export type ChosenTemplate = KeyTemplate | "custom";
type Problems = Partial<Record<"name" | "rights" | "folder" | "addresses" | "end", TextId<"keys">>>;

/** What is wrong with one field, shown beside it. */
class FieldFault extends Error {
  readonly field: keyof Problems;
  readonly text: TextId<"keys">;

  constructor(field: keyof Problems, text: TextId<"keys">) {
    super(text);
    this.field = field;
    this.text = text;
  }
}

export function NewKeyPage({ onCreated }: { onCreated(key: ShownKey): void }) {
  const { text } = useText("keys");
  const call = useCall();
  const [template, setTemplate] = useState<ChosenTemplate>("rclone");
  const [rights, setRights] = useState<Partial<Record<KeyArea, KeyRight | "none">>>({});
  const [given, setGiven] = useState({ name: "", folder: "", addresses: "", end: "" });
  const [problems, setProblems] = useState<Problems>({});
  const set = (field: keyof typeof given) => (value: string) => {
    setGiven((before) => ({ ...before, [field]: value }));
    setProblems((before) => ({ ...before, [field]: undefined }));
  };
  const create = () =>
    call.run(async () => {
      try {
        onCreated(await createKey(given, template, rights));
      } catch (error) {
        if (!(error instanceof FieldFault)) throw error;
        setProblems({ [error.field]: error.text });
      }
    });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void create();
  };
  const problem = (field: keyof Problems) => {
    const id = problems[field];
    return id === undefined ? undefined : text(id);
  };
  return (
    <Page title={text("key.new")}>
      <Form className={styles.form ?? ""} onSubmit={submit} validationBehavior="aria">
        <Field
          label={text("key.name")}
          advice={text("key.nameAdvice")}
          value={given.name}
          onChange={set("name")}
          problem={problem("name")}
          maxLength={100}
          isFirst
        />
        <RightsChoice
          template={template}
          onTemplate={setTemplate}
          rights={rights}
          onRights={setRights}
          problem={problem("rights")}
        />
        <h2>{text("key.limits")}</h2>
        {(["folder", "addresses", "end"] as const).map((each) => (
          <Field
            key={each}
            type={each === "end" ? "date" : "text"}
            label={text(`key.${each}`)}
            advice={text(`key.${each}Advice`)}
            value={given[each]}
            onChange={set(each)}
            problem={problem(each)}
          />
        ))}
        <Problem call={call} />
        <div className="dialog-actions">
          <a className="button plain" href="#/keys">
            {text("app.cancel")}
          </a>
          <Button className="button" type="submit">
            {text("key.create")}
          </Button>
        </div>
      </Form>
    </Page>
  );
}

interface Given {
  name: string;
  folder: string;
  addresses: string;
  end: string;
}

/** @throws {FieldFault} */
async function createKey(given: Given, template: ChosenTemplate, rights: object): Promise<ShownKey> {
  const name = given.name.trim();
  if (name === "") throw new FieldFault("name", "key.nameEmpty");
  const scopes = Object.fromEntries(Object.entries(rights).filter(([, right]) => right !== "none")) as KeyScopes;
  if (template === "custom" && Object.keys(scopes).length === 0) throw new FieldFault("rights", "key.noRights");
  const addresses = given.addresses.split(/[\s,;]+/).filter((each) => each !== "");
  if (addresses.length > MOST_ADDRESSES || !addresses.every((each) => ADDRESS.test(each)))
    throw new FieldFault("addresses", "key.badAddresses");
  const expiresAt = endOf(given.end);
  const folderId = await folderAt(given.folder.trim());
  try {
    const chosen = template === "custom" ? { scopes } : { template };
    const key = await client.keys.create({ name, addresses, expiresAt, folderId, ...chosen });
    return template === "custom" ? key : { ...key, template };
  } catch (error) {
    if (isQuotaError(error)) throw new FieldFault("name", "key.tooMany");
    if (isBadRequestError(error) && addresses.length > 0) throw new FieldFault("addresses", "key.badAddresses");
    throw error;
  }
}

/** @throws {FieldFault} */
function endOf(day: string): Date | undefined {
  if (day === "") return undefined;
  const end = endOfDay(day);
  if (end === undefined) throw new FieldFault("end", "key.badEnd");
  return end;
}

async function folderAt(path: string): Promise<number | undefined> {
  if (path === "" || path === "/") return undefined;
  const id = await findFolderId(path);
  if (id === undefined) throw new FieldFault("folder", "key.noFolder");
  return id;
}

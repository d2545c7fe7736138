import type { AccountKey } from "@consigne/sdk";
import { type ReactNode, type SyntheticEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { client } from "../api/client.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { Field, SelectField } from "../frame/field.tsx";
import { useNotices } from "../frame/notices.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { useText } from "../texts/use-text.ts";
import type { ShownKey } from "./keys-page.tsx";
import { RevokeQuestion } from "./revoke-question.tsx";

export interface AskedOfKey {
  kind: "rename" | "rotate" | "revoke";
  key: AccountKey;
  /** Working keys that it made. */
  created: readonly AccountKey[];
}

interface Props {
  asked: AskedOfKey;
  onChanged(): Promise<void>;
  onCreated(key: ShownKey): void;
  onClose(): void;
}

export function KeyDialog({ asked, ...rest }: Props) {
  if (asked.kind === "rename") return <RenameKey keyToChange={asked.key} {...rest} />;
  if (asked.kind === "rotate") return <RotateKey keyToChange={asked.key} {...rest} />;
  const { key, created } = asked;
  return (
    <RevokeQuestion
      keyToRevoke={key}
      created={created}
      revoke={(withCreated) => client.keys.revoke(key.id, { withCreated })}
      onChanged={rest.onChanged}
      onClose={rest.onClose}
    />
  );
}

type OfOne = Omit<Props, "asked"> & { keyToChange: AccountKey };

function RenameKey({ keyToChange: { id, name }, onChanged, onClose }: OfOne) {
  const { text } = useText("keys");
  const notices = useNotices();
  const call = useCall();
  const [wanted, setWanted] = useState(name);
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (wanted.trim() === "") return call.say(text("key.nameEmpty"));
    if (!(await call.run(() => client.keys.update(id, { name: wanted.trim() }), onChanged))) return;
    notices.tell(text("key.renamed", { name: wanted.trim() }));
    onClose();
  };
  return (
    <DialogBox title={text("key.renameTitle", { name })} onClose={onClose}>
      <Form onSubmit={(event) => void submit(event)} validationBehavior="aria">
        <Field label={text("key.name")} value={wanted} onChange={setWanted} maxLength={100} isFirst />
        <Problem call={call} />
        <Actions onClose={onClose}>
          <Button className="button" type="submit">
            {text("key.renameDo")}
          </Button>
        </Actions>
      </Form>
    </DialogBox>
  );
}

const graces = ["0", "3600", "86400", "604800", "2592000"] as const;

function RotateKey({ keyToChange: { id, name }, onCreated, onClose }: OfOne) {
  const { text } = useText("keys");
  const call = useCall();
  const [grace, setGrace] = useState<(typeof graces)[number]>("86400");
  const rotate = () =>
    call.run(async () => {
      const { key, apiKey, replaced } = await client.keys.rotate(id, { graceMs: Number(grace) * 1000 });
      onCreated({ key, apiKey, replacedEndsAt: grace === "0" ? "now" : replaced.expiresAt });
    });
  return (
    <DialogBox title={text("key.rotateTitle", { name })} onClose={onClose}>
      <p>{text("key.rotateText")}</p>
      <SelectField<(typeof graces)[number]>
        label={text("key.grace")}
        value={grace}
        onChange={setGrace}
        options={graces.map((value) => ({ value, text: text(`key.grace.${value}`) }))}
      />
      <Problem call={call} />
      <Actions onClose={onClose}>
        <Button className="button" onPress={() => void rotate()}>
          {text("key.rotateDo")}
        </Button>
      </Actions>
    </DialogBox>
  );
}

function Actions({ children, onClose }: { children: ReactNode; onClose(): void }) {
  const { text } = useText("keys");
  return (
    <div className="dialog-actions">
      <Button className="button plain" onPress={onClose}>
        {text("app.cancel")}
      </Button>
      {children}
    </div>
  );
}

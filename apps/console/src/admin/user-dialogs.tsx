import type { ServerUser } from "@consigne/sdk";
import { type SyntheticEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { client } from "../api/client.ts";
import { ConfirmDialog } from "../frame/confirm-dialog.tsx";
import { DialogBox } from "../frame/dialog-box.tsx";
import { Field, SelectField } from "../frame/field.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { useText } from "../texts/use-text.ts";
import { plans } from "./plans.ts";
import { quotaIn, quotaText } from "./quota-field.ts";

export interface AskedOfUser {
  kind: "change" | "lock";
  user: ServerUser;
}

interface Props {
  asked: AskedOfUser;
  onChanged(email: string): Promise<void>;
  onClose(): void;
}

export function UserDialog({ asked: { kind, user }, ...rest }: Props) {
  return kind === "lock" ? <LockUser user={user} {...rest} /> : <ChangeUser user={user} {...rest} />;
}

type OfOne = Omit<Props, "asked"> & { user: ServerUser };

function LockUser({ user: { email }, onChanged, onClose }: OfOne) {
  const { text } = useText("admin", "settings");
  const call = useCall();
  const lock = async () => {
    const change = () => client.admin.changeUser(email, { isLocked: true });
    if (await call.run(change, () => onChanged(email))) onClose();
  };
  return (
    <ConfirmDialog
      title={text("adm.lockTitle", { name: email })}
      action={text("adm.lockDo")}
      call={call}
      onConfirm={lock}
      onClose={onClose}
    >
      <p>{text("adm.lockText")}</p>
    </ConfirmDialog>
  );
}

/** Only changed fields are sent: setting the same plan again would remove its end. */
function ChangeUser({ user, onChanged, onClose }: OfOne) {
  const { text } = useText("admin", "settings");
  const call = useCall();
  const [plan, setPlan] = useState(user.plan);
  const before = quotaText(user.quotaBytes);
  const [quota, setQuota] = useState(before);
  const [problem, setProblem] = useState<string>();
  const save = async () => {
    const quotaBytes = quotaIn(quota);
    if (quotaBytes === "bad") return setProblem(text("adm.badQuota"));
    const changes = {
      ...(plan === user.plan ? {} : { plan }),
      ...(quota === before ? {} : { quotaBytes: quotaBytes ?? null }),
    };
    if (Object.keys(changes).length === 0) return onClose();
    const change = () => client.admin.changeUser(user.email, changes);
    if (await call.run(change, () => onChanged(user.email))) onClose();
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setProblem(undefined);
    void save();
  };
  return (
    <DialogBox title={text("adm.changeTitle", { name: user.email })} onClose={onClose}>
      <Form onSubmit={submit} validationBehavior="aria">
        <SelectField<ServerUser["plan"]>
          label={text("adm.plan")}
          value={plan}
          onChange={setPlan}
          options={plans.map((value) => ({ value, text: text(`set.plan.${value}`) }))}
        />
        <Field
          label={text("adm.quota")}
          advice={text("adm.quotaAdvice")}
          value={quota}
          onChange={setQuota}
          problem={problem}
        />
        <Problem call={call} />
        <div className="dialog-actions">
          <Button className="button plain" onPress={onClose}>
            {text("app.cancel")}
          </Button>
          <Button className="button" type="submit">
            {text("adm.save")}
          </Button>
        </div>
      </Form>
    </DialogBox>
  );
}

import { isBadRequestError, isConflictError, isQuotaError, type ServerUser } from "@consigne/sdk";
import { type SyntheticEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { client } from "../api/client.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { Field, SelectField } from "../frame/field.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import type { TextId } from "../texts/parts.ts";
import { type Language, languages } from "../texts/language.ts";
import { useText } from "../texts/use-text.ts";
import { plans } from "./plans.ts";
import { quotaIn } from "./quota-field.ts";

/** Shown beside the address: what is wrong with it. */
const problems: readonly (readonly [(error: unknown) => boolean, TextId<"admin" | "invitations" | "settings">])[] = [
  [isConflictError, "inv.taken"],
  [isQuotaError, "inv.manyLetters"],
  [isBadRequestError, "set.badEmail"],
];

interface Props {
  onInvited(delivery: "mailed" | "outbox", email: string): Promise<void>;
  onClose(): void;
}

export function InviteDialog({ onInvited, onClose }: Props) {
  const { text, language } = useText("admin", "invitations", "settings");
  const call = useCall();
  const [email, setEmail] = useState("");
  const [plan, setPlan] = useState<ServerUser["plan"]>("unlimited");
  const [quota, setQuota] = useState("");
  const [spoken, setSpoken] = useState<Language>(language);
  const [problem, setProblem] = useState<{ email?: string; quota?: string }>({});
  const invite = async () => {
    const quotaBytes = quotaIn(quota);
    if (quotaBytes === "bad") return setProblem({ quota: text("adm.badQuota") });
    const isDone = await call.run(async () => {
      try {
        const asked = { email: email.trim(), plan, quotaBytes, language: spoken };
        const { delivery, invitation } = await client.admin.invite(asked);
        await onInvited(delivery, invitation.email);
        onClose();
      } catch (error) {
        const known = problems.find(([matches]) => matches(error))?.[1];
        if (known === undefined) throw error;
        setProblem({ email: text(known) });
      }
    });
    return isDone;
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setProblem({});
    void invite();
  };
  return (
    <DialogBox title={text("inv.title")} onClose={onClose}>
      <p>{text("inv.text")}</p>
      <Form onSubmit={submit} validationBehavior="aria">
        <Field
          type="email"
          label={text("adm.user")}
          value={email}
          onChange={setEmail}
          problem={problem.email}
          maxLength={250}
          isFirst
        />
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
          problem={problem.quota}
        />
        <SelectField<Language> label={text("inv.language")} value={spoken} onChange={setSpoken} options={languages} />
        <Problem call={call} />
        <div className="dialog-actions">
          <Button className="button plain" onPress={onClose}>
            {text("app.cancel")}
          </Button>
          <Button className="button" type="submit">
            {text("inv.do")}
          </Button>
        </div>
      </Form>
    </DialogBox>
  );
}

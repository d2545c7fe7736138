import { isWrongPasswordError } from "@consigne/sdk";
import { type SyntheticEvent, useState } from "react";
import { Button, Form, Input, Label, TextField } from "react-aria-components";
import { useAccount } from "../api/account.ts";
import { client } from "../api/client.ts";
import { failureText } from "../api/failure.ts";
import { useText } from "../texts/use-text.ts";
import { DialogBox } from "./dialog-box.tsx";
import { FieldProblem } from "./field-problem.tsx";
import { SignInApart } from "./problem.tsx";

export function ProofDialog({ onAnswer }: { onAnswer(isProved: boolean): void }) {
  const { text } = useText("proof");
  const email = useAccount().data?.email;
  const [password, setPassword] = useState("");
  const [{ problem, error }, say] = useState<{ problem?: string; error?: unknown }>({});
  const [isBusy, setBusy] = useState(false);
  const prove = async () => {
    if (password === "") return say({ problem: text("proof.empty") });
    setBusy(true);
    try {
      await client.account.verify(password);
      onAnswer(true);
    } catch (thrown) {
      say({ problem: isWrongPasswordError(thrown) ? text("proof.wrong") : failureText(thrown, text), error: thrown });
      setBusy(false);
    }
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!isBusy) void prove();
  };
  return (
    <DialogBox title={text("proof.title")} onClose={() => onAnswer(false)}>
      <p>{text("proof.text")}</p>
      <Form onSubmit={submit} validationBehavior="aria">
        {/* Tells password managers whose password it is. */}
        <input hidden readOnly autoComplete="username" value={email ?? ""} />
        <TextField
          className="field"
          type="password"
          value={password}
          onChange={(value) => {
            setPassword(value);
            say({});
          }}
          isInvalid={problem !== undefined}
          autoComplete="current-password"
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the dialog is for nothing else
          autoFocus
        >
          <Label>{text("proof.password")}</Label>
          <Input />
          <FieldProblem>{problem}</FieldProblem>
        </TextField>
        <SignInApart error={error} />
        <div className="dialog-actions">
          <Button className="button plain" onPress={() => onAnswer(false)}>
            {text("app.cancel")}
          </Button>
          <Button className="button" type="submit">
            {text("proof.go")}
          </Button>
        </div>
      </Form>
    </DialogBox>
  );
}

import { isAccessDeniedError, isWrongPasswordError } from "@consigne/sdk";
import { wireErrors } from "@consigne/contract/wire-errors";
import { createContext, type ReactNode, type SyntheticEvent, useCallback, useContext, useState } from "react";
import { Button, FieldError, Form, Input, Label, TextField } from "react-aria-components";
import { useAccount } from "../api/account.ts";
import { client } from "../api/client.ts";
import { failureText } from "../api/failure.ts";
import { useText } from "../texts/use-text.ts";
import { DialogBox } from "./dialog-box.tsx";

type Proved = <Answer>(call: () => Promise<Answer>) => Promise<Answer>;

/** The password was asked for, and not given: nothing was changed. */
export class NotProvedError extends Error {
  override readonly name = "NotProvedError";
}

const ProofContext = createContext<Proved | undefined>(undefined);

/** Makes a call, and where it takes a fresh password asks for that and makes it again. */
export function useProof(): Proved {
  const proved = useContext(ProofContext);
  if (proved === undefined) throw new Error("Nobody asks for a password here.");
  return proved;
}

interface Question {
  answer(isProved: boolean): void;
}

export function ProofProvider({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question>();
  const ask = useCallback(
    () =>
      new Promise<boolean>((resolve) =>
        setQuestion({
          answer: (isProved) => {
            setQuestion(undefined);
            resolve(isProved);
          },
        }),
      ),
    [],
  );
  const proved = useCallback<Proved>(
    async (call) => {
      try {
        return await call();
      } catch (error) {
        if (!needsProof(error)) throw error;
        if (!(await ask())) throw new NotProvedError();
        return await call();
      }
    },
    [ask],
  );
  return (
    <ProofContext value={proved}>
      {children}
      {question !== undefined && <ProofDialog onAnswer={question.answer} />}
    </ProofContext>
  );
}

const needsProof = (error: unknown): boolean =>
  isAccessDeniedError(error) && error.number === wireErrors.freshProofRequired.number;

function ProofDialog({ onAnswer }: { onAnswer(isProved: boolean): void }) {
  const { text } = useText();
  const email = useAccount().data?.email;
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const prove = async () => {
    if (password === "") return setProblem(text("proof.empty"));
    setBusy(true);
    try {
      await client.account.prove(password);
      onAnswer(true);
    } catch (error) {
      setProblem(isWrongPasswordError(error) ? text("proof.wrong") : failureText(error, text));
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
        {/* Password managers look for whose password it is. */}
        <input hidden readOnly autoComplete="username" value={email ?? ""} />
        <TextField
          className="field"
          type="password"
          value={password}
          onChange={(value) => {
            setPassword(value);
            setProblem(undefined);
          }}
          isInvalid={problem !== undefined}
          autoComplete="current-password"
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the dialog is for nothing else
          autoFocus
        >
          <Label>{text("proof.password")}</Label>
          <Input />
          <FieldError className="field-error">{problem}</FieldError>
        </TextField>
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

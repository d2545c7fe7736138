import { isAccessDeniedError } from "@consigne/sdk";
import { wireErrors } from "@consigne/contract/wire-errors";
import { createContext, type ReactNode, useCallback, useContext, useState } from "react";
import { withTexts } from "../texts/language.ts";
import type { ProofDialog } from "./proof-dialog.tsx";

type Proved = <Answer>(call: () => Promise<Answer>) => Promise<Answer>;

/** The password was not given when asked for: nothing was changed. */
export class NotProvedError extends Error {
  override readonly name = "NotProvedError";
}

const loadDialog = withTexts(["proof"], () => import("./proof-dialog.tsx"));
const ProofContext = createContext<Proved | undefined>(undefined);

/** Makes a call; if that requires a fresh password, asks for it and makes the call again. */
export function useProof(): Proved {
  const proved = useContext(ProofContext);
  if (proved === undefined) throw new Error("Nobody asks for a password here.");
  return proved;
}

interface Question {
  Dialog: typeof ProofDialog;
  answer(isProved: boolean): void;
}

export function ProofProvider({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question>();
  const ask = useCallback(async () => {
    // Loaded before it is rendered: if that fails, the call fails, and not the page.
    const { ProofDialog: Dialog } = await loadDialog();
    return await new Promise<boolean>((resolve) =>
      setQuestion({
        Dialog,
        answer: (isProved) => {
          setQuestion(undefined);
          resolve(isProved);
        },
      }),
    );
  }, []);
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
      {question !== undefined && <question.Dialog onAnswer={question.answer} />}
    </ProofContext>
  );
}

const needsProof = (error: unknown): boolean =>
  isAccessDeniedError(error) && error.number === wireErrors.recentPasswordRequired.number;

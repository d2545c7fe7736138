import type { AccessRules } from "@consigne/sdk";
import { useState } from "react";
import { accessFrom, type AccessProblems, accessProblems, givenAccess } from "./access-choice.ts";

/** Who may use a link, as it is chosen in a form. */
export function useAccessChoice(rules: AccessRules | undefined) {
  const [before] = useState(() => givenAccess(rules));
  const [given, setGiven] = useState(before);
  const [problems, setProblems] = useState<AccessProblems>({});
  return {
    fields: {
      given,
      problems,
      onChange: (now: typeof given) => {
        setGiven(now);
        setProblems({});
      },
    },
    /** False where something has to be put right first, which then is said beside its field. */
    check: (): boolean => {
      const found = accessProblems(given);
      setProblems(found);
      return Object.keys(found).length === 0;
    },
    /** Undefined where nothing was changed, `null` for everybody. */
    changed: () => accessFrom(given, before),
  };
}

import type { AccessRules } from "@consigne/sdk";
import { useState } from "react";
import { accessFrom, type AccessProblems, accessProblems, givenAccess } from "./access-choice.ts";

/** Who may use a link, as selected in a form. */
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
    /** False if something has to be corrected first, which is then shown beside its field. */
    check: (): boolean => {
      const found = accessProblems(given);
      setProblems(found);
      return Object.keys(found).length === 0;
    },
    /** Undefined if nothing was changed, `null` for everybody. */
    changed: () => accessFrom(given, before),
  };
}

import { type RefObject, useEffect, useRef } from "react";
import { FieldError } from "react-aria-components";

/** What is wrong with a field, shown beside it: announced when it appears, and whenever the field gets the focus. */
export function FieldProblem({ children: problem }: { children: string | undefined }) {
  return (
    <FieldError className="field-error">{problem !== undefined && <span role="alert">{problem}</span>}</FieldError>
  );
}

/**
 * After a form was sent, moves the focus to the first problem in it, which may be far above the button.
 * @param field contains the inputs; it is marked with `data-problem` as long as there is one
 */
export function useLedToProblem(field: RefObject<HTMLElement | null>, problem: string | undefined): void {
  const newest = useRef(problem);
  useEffect(() => {
    newest.current = problem;
    if (problem !== undefined) lead(field.current);
  }, [field, problem]);
  useEffect(() => {
    const form = field.current?.closest("form");
    // The same problem is rendered again by then, and must not count as a new one.
    const onSubmit = () => setTimeout(() => newest.current !== undefined && lead(field.current));
    form?.addEventListener("submit", onSubmit);
    return () => form?.removeEventListener("submit", onSubmit);
  }, [field]);
}

function lead(field: HTMLElement | null): void {
  if (field === null || field.closest("form")?.querySelector("[data-problem]") !== field) return;
  // Does not disturb somebody who is editing it.
  if (field.contains(document.activeElement)) return;
  field.querySelector<HTMLElement>("input, textarea, select")?.focus();
}

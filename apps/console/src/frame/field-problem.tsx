import { type RefObject, useEffect, useRef } from "react";
import { FieldError } from "react-aria-components";

/** What is wrong with a field, beside it: read out as it comes, and again whenever the field has the focus. */
export function FieldProblem({ children: problem }: { children: string | undefined }) {
  return (
    <FieldError className="field-error">{problem !== undefined && <span role="alert">{problem}</span>}</FieldError>
  );
}

/**
 * Whoever sends a form is led to the first thing that is wrong in it, which may be far above the button.
 * @param field around what is to be filled in; it is marked by `data-problem` as long as there is one
 */
export function useLedToProblem(field: RefObject<HTMLElement | null>, problem: string | undefined): void {
  const newest = useRef(problem);
  useEffect(() => {
    newest.current = problem;
    if (problem !== undefined) lead(field.current);
  }, [field, problem]);
  useEffect(() => {
    const form = field.current?.closest("form");
    // The same once more is drawn by then, and is no other problem.
    const onSubmit = () => setTimeout(() => newest.current !== undefined && lead(field.current));
    form?.addEventListener("submit", onSubmit);
    return () => form?.removeEventListener("submit", onSubmit);
  }, [field]);
}

function lead(field: HTMLElement | null): void {
  if (field === null || field.closest("form")?.querySelector("[data-problem]") !== field) return;
  // Whoever works on it is left at it.
  if (field.contains(document.activeElement)) return;
  field.querySelector<HTMLElement>("input, textarea, select")?.focus();
}

import { type ReactNode, type RefObject, useEffect, useRef } from "react";
import { Button, Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";

interface Props {
  title: string;
  role?: "dialog" | "alertdialog";
  /** Id of the text that screen readers read after the title. */
  describedBy?: string;
  onClose(): void;
  children: ReactNode;
}

/** A dialog over the page; Escape and a click outside close it. */
export function DialogBox({ title, role = "dialog", describedBy, onClose, children }: Props) {
  const { text } = useText();
  const dialog = useRef<HTMLElement>(null);
  useFocusInside(dialog);
  return (
    <ModalOverlay isOpen isDismissable className="overlay" onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className="modal">
        <Dialog
          ref={dialog}
          role={role}
          className="dialog"
          {...(describedBy === undefined ? {} : { "aria-describedby": describedBy })}
        >
          <div className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <Button className="icon-button" aria-label={text("app.close")} onPress={onClose}>
              <Icon name="close" />
            </Button>
          </div>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/**
 * The focused element may disappear, like a list row with its button. The dialog then gets the focus, immediately: if
 * only the page's body has it, keys would close nothing.
 */
function useFocusInside(dialog: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const { current } = dialog;
    if (current === null) return undefined;
    const observer = new MutationObserver(() => {
      if (document.activeElement === document.body) current.focus({ preventScroll: true });
    });
    observer.observe(current, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, [dialog]);
}

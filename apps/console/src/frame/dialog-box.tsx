import { type ReactNode, type RefObject, useEffect, useRef } from "react";
import { Button, Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";

interface Props {
  title: string;
  role?: "dialog" | "alertdialog";
  /** Id of what is read out after the title. */
  describedBy?: string;
  onClose(): void;
  children: ReactNode;
}

/** What is asked before the page; Escape and a press beside it close it. */
export function DialogBox({ title, role = "dialog", describedBy, onClose, children }: Props) {
  const { text } = useText();
  const dialog = useRef<HTMLElement>(null);
  useFocusKeptIn(dialog);
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
 * What has the focus may go, as the row of a list with its button does. Then the dialog has it, at once: keys that
 * reach nothing but the page's body would close nothing.
 */
function useFocusKeptIn(dialog: RefObject<HTMLElement | null>): void {
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

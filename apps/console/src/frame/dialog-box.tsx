import type { ReactNode } from "react";
import { Button, Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";

interface Props {
  title: string;
  role?: "dialog" | "alertdialog";
  onClose(): void;
  children: ReactNode;
}

/** What is asked before the page; Escape and a press beside it close it. */
export function DialogBox({ title, role = "dialog", onClose, children }: Props) {
  const { text } = useText();
  return (
    <ModalOverlay isOpen isDismissable className="overlay" onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className="modal">
        <Dialog role={role} className="dialog">
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

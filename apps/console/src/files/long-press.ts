import { type PointerEvent, useRef } from "react";
import type { MenuPlace } from "./row-context-menu.tsx";

const LONG_MS = 500;
/** A finger never lies quite still. */
const STILL_PIXELS = 10;

/** Detects a long touch, which iOS does not report. The click when the finger is lifted is suppressed. */
export function useLongPress(work: (at: MenuPlace) => void) {
  const pressed = useRef<{ timer: ReturnType<typeof setTimeout>; at: MenuPlace }>(undefined);
  const hasFired = useRef(false);
  const stop = () => {
    clearTimeout(pressed.current?.timer);
    pressed.current = undefined;
  };
  return {
    onPointerDown: ({ pointerType, clientX: x, clientY: y }: PointerEvent) => {
      hasFired.current = false;
      if (pointerType !== "touch") return;
      const fire = () => {
        hasFired.current = true;
        work({ x, y });
      };
      pressed.current = { timer: setTimeout(fire, LONG_MS), at: { x, y } };
    },
    onPointerMove: ({ clientX, clientY }: PointerEvent) => {
      const { at } = pressed.current ?? {};
      if (at !== undefined && Math.hypot(clientX - at.x, clientY - at.y) > STILL_PIXELS) stop();
    },
    onPointerUp: stop,
    onPointerCancel: stop,
    /** Call when a click arrives. */
    hasFired: () => hasFired.current,
  };
}

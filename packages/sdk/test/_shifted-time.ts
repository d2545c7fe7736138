const RealDate = Date;
let shiftMs = 0;

/** From now on this process sees another time, as if somebody had set the machine's clock. */
export function shiftTime(byMs: number): void {
  shiftMs += byMs;
  globalThis.Date = ShiftedDate as DateConstructor;
}

class ShiftedDate extends RealDate {
  constructor(...given: []) {
    if (given.length === 0) super(RealDate.now() + shiftMs);
    else super(...given);
  }

  static override now(): number {
    return RealDate.now() + shiftMs;
  }
}

/** Firefox draws nothing much higher than 17 million pixels, others 33. */
export const TALLEST = 15_000_000;

/**
 * A list that may be higher than what browsers draw. Its scroll bar stands for all of it; what somebody scrolls by a little,
 * by wheel, finger or key, moves it by just as much.
 */
export class TallList {
  /** As high as it would be. */
  #whole = 0;
  #window = 0;
  /** Where the scroll bar is, and for which place of the whole list it stands. */
  #real = 0;
  #place = 0;

  resize(whole: number, window: number): void {
    this.#whole = whole;
    this.#window = window;
  }

  get drawn(): number {
    return Math.min(this.#whole, TALLEST);
  }

  /**
   * By how much less than its place in the whole list something is to be drawn from the top: whole pixels, the same while
   * somebody scrolls by little, so that no row is drawn anew for what floating point leaves over.
   */
  get shift(): number {
    return Math.round(this.#place - this.#real);
  }

  get place(): number {
    return this.#place;
  }

  /** The scroll bar was moved. Answers the place. */
  moved(real: number): number {
    const by = real - this.#real;
    const isNear = Math.abs(by) < 2 * this.#window;
    this.#place =
      this.#atEnd(real) ?? this.#within(isNear ? this.#place + by : real + Math.round(real * this.#scale - real));
    this.#real = real;
    return this.#place;
  }

  /** Where to put the scroll bar for a place. */
  goTo(place: number): number {
    const wanted = this.#within(place);
    const near = this.#real + wanted - this.#place;
    const isNear = Math.abs(wanted - this.#place) < 2 * this.#window && near > 0 && near < this.#mostReal;
    const isAtEnd = wanted === 0 || wanted === this.#most;
    this.#real = Math.round(isNear && !isAtEnd ? near : wanted / this.#scale);
    this.#place = wanted;
    return this.#real;
  }

  #atEnd(real: number): number | undefined {
    if (real <= 0) return 0;
    return real >= this.#mostReal ? this.#most : undefined;
  }

  #within(place: number): number {
    return Math.max(0, Math.min(this.#most, place));
  }

  get #most(): number {
    return Math.max(0, this.#whole - this.#window);
  }

  get #mostReal(): number {
    return Math.max(0, this.drawn - this.#window);
  }

  get #scale(): number {
    return this.#mostReal === 0 ? 1 : this.#most / this.#mostReal;
  }
}

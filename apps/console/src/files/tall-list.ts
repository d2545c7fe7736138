/** Firefox renders nothing much higher than 17 million pixels, other browsers 33. */
export const TALLEST = 15_000_000;

/**
 * A list that may be higher than what browsers render. Its scroll bar represents all of it; scrolling a little, by
 * wheel, touch or key, moves it by exactly that much.
 */
export class TallList {
  /** Its full height. */
  #whole = 0;
  #window = 0;
  /** Position of the scroll bar, and the corresponding position in the whole list. */
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
   * The difference between an element's position in the whole list and its rendered position: whole pixels, and
   * constant while scrolling a little, so that no row is re-rendered because of rounding.
   */
  get shift(): number {
    return Math.round(this.#place - this.#real);
  }

  get place(): number {
    return this.#place;
  }

  /** The scroll bar was moved. Returns the position in the list. */
  moved(real: number): number {
    const by = real - this.#real;
    const isNear = Math.abs(by) < 2 * this.#window;
    this.#place =
      this.#atEnd(real) ?? this.#within(isNear ? this.#place + by : real + Math.round(real * this.#scale - real));
    this.#real = real;
    return this.#place;
  }

  /** The scroll bar position for a position in the list. */
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

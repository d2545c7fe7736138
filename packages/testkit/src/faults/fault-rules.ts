import { isMeant, type LoggedRequest, type RequestFilter } from "../requests/request-log.ts";
import { type Fault, fault } from "./fault.ts";

/** How often a rule applies. */
export interface RuleOptions {
  /** Lets this many matching requests through before it first applies; default 0. */
  skip?: number;
  /** How many requests it applies to, `Infinity` until it is removed; default 1. */
  times?: number;
}

/** A rule that was added. */
export interface FaultRule {
  /** How many requests have met the fault so far. */
  readonly hits: number;
  /** Resolves when the first request meets the fault. */
  readonly hit: Promise<void>;
  /** From now on the rule applies to nothing. */
  remove(): void;
}

/** The faults in force. The first rule that matches a request and is not used up applies to it, and no other. */
export class Faults {
  #rules: ActiveRule[] = [];

  /**
   * From now on, `what` happens to requests that match `on`: an endpoint (`end.pl`, `file/ls`, `direct`), a group
   * (`api`, `upload`), or a function of the request.
   */
  add(on: RequestFilter, what: Fault, options: RuleOptions = {}): FaultRule {
    const rule = new ActiveRule(on, what, options, (ended) => {
      this.#rules = this.#rules.filter((each) => each !== ended);
    });
    this.#rules.push(rule);
    return rule;
  }

  /**
   * The next `times` requests for a report are put off although the upload is stored; after that the report is there.
   */
  lateReport(times: number, how: Fault = fault.pleaseWait()): FaultRule {
    return this.add("end.pl", how, { times });
  }

  /** Removes every rule. What is waiting at a gate keeps waiting. */
  clear(): void {
    this.#rules = [];
  }

  /** Called only by the fault layer. */
  take(request: LoggedRequest): Fault | undefined {
    for (const rule of this.#rules) {
      const found = rule.take(request);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

class ActiveRule implements FaultRule {
  readonly #on: RequestFilter;
  readonly #what: Fault;
  readonly #times: number;
  readonly #onEnd: (rule: ActiveRule) => void;
  readonly #hit = Promise.withResolvers<void>();
  #toSkip: number;
  hits = 0;

  constructor(on: RequestFilter, what: Fault, options: RuleOptions, onEnd: (rule: ActiveRule) => void) {
    this.#on = on;
    this.#what = what;
    this.#toSkip = options.skip ?? 0;
    this.#times = options.times ?? 1;
    this.#onEnd = onEnd;
  }

  get hit(): Promise<void> {
    return this.#hit.promise;
  }

  remove(): void {
    this.#onEnd(this);
  }

  take(request: LoggedRequest): Fault | undefined {
    if (this.hits >= this.#times || !isMeant(this.#on, request)) return undefined;
    if (this.#toSkip > 0) {
      this.#toSkip -= 1;
      return undefined;
    }
    this.hits += 1;
    this.#hit.resolve();
    return this.#what;
  }
}

import { isMeant, type LoggedRequest, type RequestFilter } from "../requests/request-log.ts";
import { type Fault, fault } from "./fault.ts";

/** How a rule counts. */
export interface RuleOptions {
  /** Lets so many matching requests through before the first it acts on; default 0. */
  skip?: number;
  /** How many requests it acts on, `Infinity` until it is removed; default 1. */
  times?: number;
}

/** A rule that was added. */
export interface FaultRule {
  /** How many requests met the fault so far. */
  readonly hits: number;
  /** Resolves when the first request meets the fault. */
  readonly hit: Promise<void>;
  /** From now on the rule acts on nothing. */
  remove(): void;
}

/** The faults in force. The first rule that matches a request and is not used up acts on it, and no other. */
export class Faults {
  #rules: ActiveRule[] = [];

  /**
   * From now on `what` is done to requests that `on` names: an endpoint (`end.pl`, `file/ls`, `direct`), a group
   * (`api`, `upload`), or a function of the request.
   */
  add(on: RequestFilter, what: Fault, options: RuleOptions = {}): FaultRule {
    const rule = new ActiveRule(on, what, options, (ended) => {
      this.#rules = this.#rules.filter((each) => each !== ended);
    });
    this.#rules.push(rule);
    return rule;
  }

  /** The next `times` questions for a report are put off although the upload is stored; then it is there. */
  lateReport(times: number, how: Fault = fault.pleaseWait()): FaultRule {
    return this.add("end.pl", how, { times });
  }

  /** Removes every rule. What waits at a gate goes on waiting. */
  clear(): void {
    this.#rules = [];
  }

  /** Called by the fault layer alone. */
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

import { freshener, requestWith } from '../../subject/requests.mjs';

// Kept where everybody could see it: a request that only a loop's body sees would not be made at all.
let kept;
export const lastRequest = () => kept;

/** Makes a body that gives a check one fresh request after the other, with the tokens in turn. */
export function bodyOf(check, tokens, iterations, awaited) {
  const fresh = tokens.map(freshener);
  let at = 0;
  const body = () => check((kept = requestWith(fresh[at++ % fresh.length]())));
  return { body, iterations, awaited };
}

/** Makes the same requests and checks nothing; to be subtracted. */
export const requestAlone = (tokens, iterations) => bodyOf(() => true, tokens, iterations);

/** A context as Nest gives one to a guard. */
export function contexts() {
  class Controller {
    guarded() {}
  }
  class Context {
    constructor(request) {
      this.request = request;
    }

    getType() {
      return 'http';
    }

    getClass() {
      return Controller;
    }

    getHandler() {
      return Controller.prototype.guarded;
    }

    switchToHttp() {
      return { getRequest: () => this.request, getResponse: () => undefined };
    }
  }
  return (request) => new Context(request);
}

export const accepted = (verdict) => verdict.accepted;

/** A contestant that gives a wrong answer quickly has won nothing. */
export async function mustAnswer(bodies, expected) {
  for (const [name, { body }] of Object.entries(bodies)) {
    const answer = await body();
    if (answer !== expected) throw new Error(`"${name}" answered ${answer} where ${expected} is right`);
  }
}

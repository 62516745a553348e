import type { Probe, ProbeRequest } from '../support/probe.js';

/** What an attacker has in hand. */
export interface Loot {
  /** A genuine token, which this application has let in before: the cache, where there is one, knows it. */
  readonly token: string;
  /** Where the attacker's own keys can be fetched, by whoever is foolish enough. */
  readonly keysUrl: string;
}

interface Described {
  /** What is tried. */
  readonly attack: string;
  /** Who named it: a rule of an RFC, an advisory, or a tool that tries it. */
  readonly source: string;
  /** How every one of its requests ends: the status, and our reason where the answer is ours. */
  readonly answer: string;
}

/** One attack, in one or more requests that must all end alike. */
export interface Attack extends Described {
  readonly send: (loot: Loot) => readonly ProbeRequest[];
}

/** An attack that is a story: several requests in turn, a clock, a connection. It tells how they ended. */
export interface Play extends Described {
  readonly play: (probe: Probe) => Promise<string>;
}

export interface AttackGroup {
  readonly title: string;
  /** A sentence or two for the page: what this group is about. */
  readonly about: string;
  readonly attacks: readonly (Attack | Play)[];
}

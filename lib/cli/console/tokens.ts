import { randomBytes } from 'node:crypto';
import type { LocalContainer, LocalScalewayPlatform } from '../../platform/index.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** As long as an RSA-4096 signature. */
const SIGNATURE_BYTES = 512;

/** A kind of token, and how the container that `dev` runs responds to it. */
export interface TokenKind {
  readonly kind: string;
  readonly label: string;
  readonly answer: string;
}

type Make = (tokens: ConsoleTokens) => Promise<string>;

const KINDS: readonly (TokenKind & { readonly make: Make })[] = [
  { kind: 'container', label: 'This container', answer: '200', make: (tokens) => tokens.own(12 * HOUR_MS) },
  { kind: 'namespace', label: 'Its namespace', answer: '200', make: (tokens) => tokens.ofNamespace() },
  {
    kind: 'sibling',
    label: 'Sibling container',
    answer: '403 wrong_application',
    make: (tokens) => tokens.ofSibling(),
  },
  { kind: 'stranger', label: 'Other namespace', answer: '401 bad_signature', make: (tokens) => tokens.ofStranger() },
  { kind: 'expired', label: 'Expired', answer: '401 expired', make: (tokens) => tokens.own(-MINUTE_MS) },
  { kind: 'ending', label: 'Ends in a minute', answer: '200, then 401', make: (tokens) => tokens.own(MINUTE_MS) },
  { kind: 'forged', label: 'Forged', answer: '401 bad_signature', make: (tokens) => tokens.forged() },
];

/** The kinds for the page, which has a button for each. */
export const TOKEN_KINDS: readonly TokenKind[] = KINDS.map(({ kind, label, answer }) => ({ kind, label, answer }));

/** Creates tokens of each kind, and the containers that they are for on first use. */
export class ConsoleTokens {
  private sibling: LocalContainer | undefined;
  private stranger: Promise<LocalContainer> | undefined;

  constructor(
    private readonly platform: LocalScalewayPlatform,
    private readonly container: LocalContainer,
  ) {}

  /** @returns undefined if there is no such kind */
  async make(kind: unknown): Promise<string | undefined> {
    return KINDS.find((each) => each.kind === kind)?.make(this);
  }

  own(lifetime: number): Promise<string> {
    return this.platform.issueToken(this.container, inTime(lifetime));
  }

  ofNamespace(): Promise<string> {
    return this.platform.issueToken(this.container.namespace, inTime(12 * HOUR_MS));
  }

  async ofSibling(): Promise<string> {
    return this.platform.issueToken(this.getSibling(), inTime(12 * HOUR_MS));
  }

  async ofStranger(): Promise<string> {
    return this.platform.issueToken(await this.getStranger(), inTime(12 * HOUR_MS));
  }

  async forged(): Promise<string> {
    const [header, payload] = (await this.own(12 * HOUR_MS)).split('.');
    return `${header}.${payload}.${randomBytes(SIGNATURE_BYTES).toString('base64url')}`;
  }

  /** Another container of the namespace. */
  getSibling(): LocalContainer {
    this.sibling ??= this.platform.addContainer(this.container.namespace);
    return this.sibling;
  }

  /** A container of another namespace, whose key takes about a second to generate. */
  getStranger(): Promise<LocalContainer> {
    this.stranger ??= this.platform.addNamespace().then((namespace) => this.platform.addContainer(namespace));
    return this.stranger;
  }
}

function inTime(lifetime: number): { expiresAt: Date } {
  return { expiresAt: new Date(Date.now() + lifetime) };
}

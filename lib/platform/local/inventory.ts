import { generateKeyPair, randomUUID, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { wholeSeconds } from './expires-at.js';
import { signToken } from './signed-token.js';

/** The RSA key pair of a namespace. */
export interface NamespaceKeyPair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

/** A namespace of the local platform. */
export interface LocalNamespace {
  readonly kind: 'namespace';
  readonly id: string;
  /** The `SCW_PUBLIC_KEY` of its containers: PKCS#1 PEM. */
  readonly publicKey: string;
}

/** A container or a function of the local platform. */
export interface LocalContainer {
  readonly kind: 'container' | 'function';
  readonly id: string;
  readonly namespace: LocalNamespace;
}

/** What a token can be issued for. */
export type LocalTarget = LocalNamespace | LocalContainer;

export interface IssuedToken {
  id: string;
  token: string;
  publicKey: string;
  expiresAt: Date | undefined;
}

const generateKeyPairAsync = promisify(generateKeyPair);

/** 4096 bits, like Scaleway's. Takes about a second, on libuv's threads. */
export function generateNamespaceKeyPair(): Promise<NamespaceKeyPair> {
  return generateKeyPairAsync('rsa', { modulusLength: 4096 });
}

/** The namespaces with their keys, and their containers and functions. */
export class Inventory {
  private readonly privateKeys = new WeakMap<LocalNamespace, KeyObject>();
  private readonly targets = new Map<string, LocalTarget>();

  addNamespace(id: string = randomUUID(), keys: NamespaceKeyPair): LocalNamespace {
    this.refuseTaken(id);
    if (keys.publicKey.asymmetricKeyType !== 'rsa' || keys.privateKey.type !== 'private') {
      throw new TypeError("A namespace's keyPair must be an RSA publicKey and its privateKey.");
    }
    const publicKey = keys.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const namespace: LocalNamespace = Object.freeze({ kind: 'namespace', id, publicKey });
    this.privateKeys.set(namespace, keys.privateKey);
    this.targets.set(id, namespace);
    return namespace;
  }

  addContainer(kind: LocalContainer['kind'], namespace: LocalNamespace, id: string = randomUUID()): LocalContainer {
    if (!this.privateKeys.has(namespace)) {
      throw new Error(
        `Namespace "${namespace.id}" is from another local platform: pass the result of this one's addNamespace().`,
      );
    }
    this.refuseTaken(id);
    const container: LocalContainer = Object.freeze({ kind, id, namespace });
    this.targets.set(id, container);
    return container;
  }

  find(kind: LocalTarget['kind'], id: string): LocalTarget | undefined {
    const target = this.targets.get(id);
    return target?.kind === kind ? target : undefined;
  }

  /** In the order in which they were added. */
  namespaces(): LocalNamespace[] {
    return [...this.targets.values()].filter((target) => target.kind === 'namespace');
  }

  /** In the order in which they were added. */
  runnables(kind: LocalContainer['kind']): LocalContainer[] {
    return [...this.targets.values()].filter((target): target is LocalContainer => target.kind === kind);
  }

  async issue(target: LocalTarget, expiresAt?: Date): Promise<IssuedToken> {
    const namespace = target.kind === 'namespace' ? target : target.namespace;
    const privateKey = this.privateKeys.get(namespace);
    if (expiresAt && Number.isNaN(expiresAt.getTime())) throw new RangeError('expiresAt is not a valid Date.');
    if (!privateKey) throw new Error(`${target.kind} "${target.id}" is from another local platform.`);
    const content = {
      id: randomUUID(),
      namespaceId: target.kind === 'namespace' ? target.id : '',
      applicationId: target.kind === 'namespace' ? '' : target.id,
      issuedAt: new Date(),
      expiresAt: expiresAt && wholeSeconds(expiresAt),
    };
    const token = await signToken(content, privateKey);
    return { id: content.id, token, publicKey: namespace.publicKey, expiresAt: content.expiresAt };
  }

  // Ids are unique across all kinds. A container with the id of its namespace would make refusals hard to understand.
  private refuseTaken(id: string): void {
    if (id === '') throw new Error('An id must not be empty.');
    if (this.targets.has(id)) throw new Error(`The local platform already has a resource with the id "${id}".`);
  }
}

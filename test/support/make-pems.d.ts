export interface Pair {
  readonly publicKey: string;
  readonly privateKey: string;
}

export type Pems = Record<'rsa2048' | 'rsa1024' | 'rsa2040' | 'exponent3' | 'rsaPss' | 'ec' | 'ed25519', Pair>;

export function makePems(): Pems;

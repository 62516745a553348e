/** How messages name what the reader can set: the classes have options, the command line has flags. */
export interface OptionNames {
  readonly region: string;
  readonly apiUrl: string;
  /** Undefined where there is none: the command line takes no secret key, which would stay in the shell's history. */
  readonly secretKey: string | undefined;
  readonly expiresAt: string;
  /** How to use the tokens API instead of `issue-jwt`. */
  readonly tokensApi: string;
}

/** The names that users of the classes know. */
export const CLASS_OPTIONS: OptionNames = {
  region: 'the option region',
  apiUrl: 'the option apiUrl',
  secretKey: 'the option secretKey',
  expiresAt: 'expiresAt',
  tokensApi: "createToken(), or new ScalewayTokenSource({ api: 'tokens' })",
};

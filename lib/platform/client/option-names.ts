/** The names of options in messages: the classes have options, the command line has flags. */
export interface OptionNames {
  readonly region: string;
  readonly apiUrl: string;
  /** Undefined for the command line, which accepts no secret key, because it would stay in the shell's history. */
  readonly secretKey: string | undefined;
  readonly expiresAt: string;
  /** How to use the tokens API instead of `issue-jwt`. */
  readonly tokensApi: string;
}

/** The names for users of the classes. */
export const CLASS_OPTIONS: OptionNames = {
  region: 'the option region',
  apiUrl: 'the option apiUrl',
  secretKey: 'the option secretKey',
  expiresAt: 'expiresAt',
  tokensApi: "createToken(), or new ScalewayTokenSource({ api: 'tokens' })",
};

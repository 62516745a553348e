/** The rules that a token must satisfy, with all defaults filled in. */
export interface TokenRules {
  /** Names of the accepted headers, in lower case, in the order in which they are read. */
  readonly headers: readonly string[];
  /** In characters. */
  readonly maxTokenLength: number;
  /** In seconds. */
  readonly clockTolerance: number;
  readonly requireExpiry: boolean;
  /** In seconds; undefined: any age. */
  readonly maxTokenAge: number | undefined;
  readonly issuer: string;
  readonly requireIssuer: boolean;
  readonly audience: string;
  readonly requireAudience: boolean;
  /** In tokens; 0 turns the cache off. */
  readonly cacheSize: number;
}

/** Which containers a token opens: every container of a namespace, or one. */
export type ScwTokenScope = 'namespace' | 'application';

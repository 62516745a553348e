export {
  LocalScalewayPlatform,
  type LocalContainerEnvironment,
  type LocalFailure,
  type LocalScalewayPlatformOptions,
} from './local/local-scaleway-platform.js';
export type { LocalContainer, LocalNamespace, LocalTarget, NamespaceKeyPair } from './local/inventory.js';
export { ScalewayTokenClient } from './client/scaleway-token-client.js';
export type {
  CreateTokenOptions,
  IssueJwtOptions,
  ScalewayCallOptions,
  ScalewayCreatedToken,
  ScalewayTokenClientOptions,
  TokenCallOptions,
} from './client/scaleway-token-client.options.js';
export type { ScalewayIssuedToken } from './client/issued-token.js';
export type { ScalewayTokenRecord } from './client/token-record.js';
export type { ScalewayProduct, ScalewayTarget } from './client/target.js';
export { ScalewayTokenSource } from './client/scaleway-token-source.js';
export type { ScalewayTokenSourceOptions, ScalewayWarningLogger } from './client/scaleway-token-source.options.js';
export {
  ScalewayPlatformError,
  type ScalewayArgumentProblem,
  type ScalewayPlatformErrorDetails,
  type ScalewayPlatformErrorReason,
} from './client/scaleway-platform-error.js';

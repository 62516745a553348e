import type { KeyObject } from 'node:crypto';
import { ScalewayAuthConfigurationError } from './scaleway-auth-configuration.error.js';
import { memberOf } from './members.js';
import { readPublicKey } from './public-key.js';

/** The variables that Scaleway injects into a container and that this library reads. */
const CONTAINER_VARIABLES = ['SCW_PUBLIC', 'SCW_PUBLIC_KEY', 'SCW_NAMESPACE_ID', 'SCW_APPLICATION_ID'] as const;

type ContainerVariable = (typeof CONTAINER_VARIABLES)[number];

/**
 * The variables that Scaleway injects into a container, as strings. Other properties are ignored, so `process.env` can be
 * passed as it is.
 */
export type ScalewayEnvironment = { readonly [name in ContainerVariable]?: string | undefined };

/** The identity of this container. Read once, at boot. */
export type ContainerIdentity = PublicContainer | PrivateContainer;

interface PublicContainer {
  readonly public: true;
}

export interface PrivateContainer {
  readonly public: false;
  readonly publicKey: KeyObject;
  /** `undefined` if the variable is empty or unset. Then no token can match by namespace. */
  readonly namespaceId: string | undefined;
  readonly applicationId: string | undefined;
}

const REMEDY =
  'Deployed on Scaleway: the platform sets it for each container; deploy the container again, and do not overwrite it. ' +
  'On a laptop: npx nestjs-scaleway-auth dev -- <your command>';

const REMEDY_IN_A_TEST =
  'In a test: createScalewayTestIssuer() of nestjs-scaleway-auth/testing creates these variables: ' +
  'Object.assign(process.env, issuer.environment), or forRoot({ environment: issuer.environment })';

/** Jest and Vitest set these variables in each process that runs tests. */
const remedy = () => (process.env['JEST_WORKER_ID'] || process.env['VITEST'] ? REMEDY_IN_A_TEST : REMEDY);

/**
 * Reads who this container is from the `SCW_*` variables. Private unless `SCW_PUBLIC` is `true`, in any letter case: a
 * typo must not open a container.
 *
 * @throws ScalewayAuthConfigurationError if a variable of a private container is missing or unusable; it names the variable
 */
export function readContainerIdentity(environment: ScalewayEnvironment): ContainerIdentity {
  const variables: { [name in ContainerVariable]?: string } = {};
  for (const name of CONTAINER_VARIABLES) {
    const value = memberOf(environment, name);
    if (value !== undefined && typeof value !== 'string')
      throw new ScalewayAuthConfigurationError(
        `${name} must be a string, as in process.env, but is ${value === null ? 'null' : `of type ${typeof value}`}. ` +
          'Pass the variable without converting it.',
      );
    Object.defineProperty(variables, name, { value });
  }
  const { SCW_PUBLIC, SCW_PUBLIC_KEY, SCW_NAMESPACE_ID, SCW_APPLICATION_ID } = variables;
  if (SCW_PUBLIC !== undefined && /^true$/i.test(SCW_PUBLIC)) return Object.freeze({ public: true });

  // Mentioned in every error below, or users with SCW_PUBLIC=1 look in the wrong place.
  const why =
    SCW_PUBLIC === undefined || SCW_PUBLIC === '' || /^false$/i.test(SCW_PUBLIC)
      ? 'This container is private'
      : 'This container is private, because SCW_PUBLIC is set to something other than "true"';

  if (SCW_PUBLIC_KEY === undefined)
    throw new ScalewayAuthConfigurationError(
      `SCW_PUBLIC_KEY is not set. ${why}, and checks its tokens with that key. ${remedy()}`,
    );
  const publicKey = readPublicKey(SCW_PUBLIC_KEY);
  if (typeof publicKey === 'string')
    throw new ScalewayAuthConfigurationError(
      `SCW_PUBLIC_KEY ${publicKey}. ${why}, and checks its tokens with that key. ${remedy()}`,
    );

  const namespaceId = readId('SCW_NAMESPACE_ID', SCW_NAMESPACE_ID);
  const applicationId = readId('SCW_APPLICATION_ID', SCW_APPLICATION_ID);
  if (namespaceId === undefined && applicationId === undefined)
    throw new ScalewayAuthConfigurationError(
      `SCW_NAMESPACE_ID and SCW_APPLICATION_ID are both unset or empty. ${why}, and without an id it would reject every token. ${remedy()}`,
    );
  return Object.freeze({ public: false, publicKey, namespaceId, applicationId });
}

/** Ids are compared byte for byte, so they are not trimmed. An id of blanks counts as unset. */
function readId(name: ContainerVariable, value: string | undefined): string | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  if (!ID.test(value))
    throw new ScalewayAuthConfigurationError(
      `${name} has quotes, blanks or other characters that no id has, and no token could match it. Pass it as Scaleway sets it. ${remedy()}`,
    );
  return value;
}

/** Scaleway's are UUIDs; tests may have others. */
const ID = /^[^\s"'`\p{C}]+$/u;

/** A warning for an identity that boots, but differs from what Scaleway provides. */
export function identityWarning(identity: ContainerIdentity): string | undefined {
  if (identity.public) return undefined;
  if (identity.namespaceId === undefined)
    return 'SCW_NAMESPACE_ID is unset or empty, so tokens for the whole namespace are refused with 403. Scaleway sets both ids.';
  if (identity.applicationId === undefined)
    return 'SCW_APPLICATION_ID is unset or empty, so tokens for this container are refused with 403. Scaleway sets both ids.';
  return undefined;
}

/** Whether two identities are the same container with the same key. */
export function sameIdentity(one: ContainerIdentity, other: ContainerIdentity): boolean {
  if (one.public || other.public) return one.public === other.public;
  return (
    one.namespaceId === other.namespaceId &&
    one.applicationId === other.applicationId &&
    one.publicKey.equals(other.publicKey)
  );
}

import type { KeyObject } from 'node:crypto';
import { ScalewayAuthConfigurationError } from './scaleway-auth-configuration.error.js';
import { readPublicKey } from './public-key.js';

/** The variables that Scaleway injects into a container and that this library reads. */
const CONTAINER_VARIABLES = ['SCW_PUBLIC', 'SCW_PUBLIC_KEY', 'SCW_NAMESPACE_ID', 'SCW_APPLICATION_ID'] as const;

type ContainerVariable = (typeof CONTAINER_VARIABLES)[number];

/**
 * The variables that Scaleway injects into a container, as strings. Other members are ignored, so that `process.env`
 * itself is one.
 */
export type ScalewayEnvironment = { readonly [name in ContainerVariable]?: string | undefined };

/** Who this container is. Made once, at boot. */
export type ContainerIdentity = PublicContainer | PrivateContainer;

interface PublicContainer {
  readonly public: true;
}

export interface PrivateContainer {
  readonly public: false;
  readonly publicKey: KeyObject;
  /** `undefined` where the variable is empty or unset: no token can then match by namespace. */
  readonly namespaceId: string | undefined;
  readonly applicationId: string | undefined;
}

const REMEDY =
  'Deployed on Scaleway: the platform sets it for every container of a namespace; deploy the container again, and do not ' +
  'overwrite it. On a laptop: npx nestjs-scaleway-auth dev -- <your command>';

const REMEDY_IN_A_TEST =
  'In a test: createScalewayTestIssuer() of nestjs-scaleway-auth/testing makes all of them: ' +
  'Object.assign(process.env, issuer.environment), or forRoot({ environment: issuer.environment })';

/** Both runners of tests tell so in every process that runs tests. */
const remedy = () => (process.env['JEST_WORKER_ID'] || process.env['VITEST'] ? REMEDY_IN_A_TEST : REMEDY);

/**
 * Reads who this container is from the `SCW_*` variables. Private unless `SCW_PUBLIC` is `true`, in any letter case: a
 * typing error must not open a container.
 *
 * @throws ScalewayAuthConfigurationError naming the variable that a private container lacks
 */
export function readContainerIdentity(environment: ScalewayEnvironment): ContainerIdentity {
  for (const name of CONTAINER_VARIABLES) {
    const value: unknown = environment[name];
    if (value !== undefined && typeof value !== 'string')
      throw new ScalewayAuthConfigurationError(
        `${name} must be a string, as in a process environment; it is ${value === null ? 'null' : `a ${typeof value}`}. ` +
          'Pass the variable as it was set, unconverted.',
      );
  }
  const { SCW_PUBLIC, SCW_PUBLIC_KEY, SCW_NAMESPACE_ID, SCW_APPLICATION_ID } = environment;
  if (SCW_PUBLIC !== undefined && /^true$/i.test(SCW_PUBLIC)) return Object.freeze({ public: true });

  // Said with every failure below: somebody who wrote SCW_PUBLIC=1 would search in the wrong place.
  const why =
    SCW_PUBLIC === undefined || SCW_PUBLIC === '' || /^false$/i.test(SCW_PUBLIC)
      ? 'This container is private'
      : 'This container is private, since SCW_PUBLIC is set to something other than "true"';

  if (SCW_PUBLIC_KEY === undefined)
    throw new ScalewayAuthConfigurationError(
      `SCW_PUBLIC_KEY is not set. ${why}, and checks its tokens with that key. ${remedy()}`,
    );
  const publicKey = readPublicKey(SCW_PUBLIC_KEY);
  if (typeof publicKey === 'string')
    throw new ScalewayAuthConfigurationError(
      `SCW_PUBLIC_KEY ${publicKey}. ${why}, and checks its tokens with that key. ${remedy()}`,
    );

  const namespaceId = idOrNothing(SCW_NAMESPACE_ID);
  const applicationId = idOrNothing(SCW_APPLICATION_ID);
  if (namespaceId === undefined && applicationId === undefined)
    throw new ScalewayAuthConfigurationError(
      `SCW_NAMESPACE_ID and SCW_APPLICATION_ID are both unset or empty. ${why}, and without an id of its own no token can be meant for it. ${remedy()}`,
    );
  return Object.freeze({ public: false, publicKey, namespaceId, applicationId });
}

/** An id is compared byte for byte, so it is kept as it is; one that is all blanks is none. */
function idOrNothing(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}

/** What an operator should know about an identity that boots, but is not what Scaleway provides. */
export function identityWarning(identity: ContainerIdentity): string | undefined {
  if (identity.public) return undefined;
  if (identity.namespaceId === undefined)
    return 'SCW_NAMESPACE_ID is unset or empty: tokens for the whole namespace are refused with 403. Scaleway sets both ids.';
  if (identity.applicationId === undefined)
    return 'SCW_APPLICATION_ID is unset or empty: tokens for this container alone are refused with 403. Scaleway sets both ids.';
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

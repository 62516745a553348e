import type { OpenAPIObject } from '@nestjs/swagger';
import type { RoutePolicy } from '../routes/route-policy.js';
import { MARK } from './marked-routes.js';
import { refusalResponses, type Responses } from './refusal-responses.js';
import { SCW_SECURITY } from './security-scheme.js';

type Requirements = Record<string, string[]>[];

interface Operation {
  [MARK]?: RoutePolicy;
  security?: Requirements;
  responses?: Responses;
}

/**
 * Takes the marks out of a document and writes what they mean.
 *
 * @returns whether any operation wants a token of Scaleway, by a mark or by an annotation of its author
 */
export function describeGuardedOperations(document: OpenAPIObject): boolean {
  let isReferredTo = refersToScheme(document.security);
  const { webhooks } = document as { webhooks?: object };
  for (const item of [...Object.values(document.paths), ...Object.values(webhooks ?? {})])
    for (const operation of Object.values(item as Record<string, Operation>)) {
      if (typeof operation !== 'object' || operation === null) continue;
      const { [MARK]: policy } = operation;
      delete operation[MARK];
      if (policy !== undefined) describe(operation, policy, document.security);
      isReferredTo ||= refersToScheme(operation.security);
    }
  return isReferredTo;
}

/** What the author of a route has written is stronger: other schemes stay beside ours, and their answers instead of ours. */
function describe(operation: Operation, policy: RoutePolicy, everywhere: Requirements | undefined): void {
  const security = [...(operation.security ?? everywhere ?? [])];
  if (!refersToScheme(security)) security.push({ [SCW_SECURITY]: [] });
  // An empty requirement is OpenAPI's way to say that none is needed.
  if (policy.isOptional) security.push({});
  operation.security = security;
  operation.responses = { ...refusalResponses(policy), ...operation.responses };
}

function refersToScheme(security: Requirements | undefined): boolean {
  return security?.some((requirement) => SCW_SECURITY in requirement) ?? false;
}

import type { OpenAPIObject } from '@nestjs/swagger';
import type { Protection } from './guarded-routes.js';
import { MARK } from './marked-routes.js';
import { refusalResponses, type Responses } from './refusal-responses.js';
import { SCW_SECURITY } from './security-scheme.js';

type Requirements = Record<string, string[]>[];

interface Operation {
  [MARK]?: Protection;
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
      const { [MARK]: protection } = operation;
      delete operation[MARK];
      if (protection !== undefined) describe(operation, protection, document.security);
      isReferredTo ||= refersToScheme(operation.security);
    }
  return isReferredTo;
}

/** What the author of a route has written is stronger: requirements that name our scheme stay as they are, and so do answers. */
function describe(operation: Operation, protection: Protection, everywhere: Requirements = []): void {
  const written = operation.security ?? everywhere;
  operation.security = refersToScheme(written) ? written : withToken(written, protection);
  operation.responses = { ...refusalResponses(protection), ...operation.responses };
}

/**
 * Schemes of one requirement are needed together, and one requirement of a list will do (OpenAPI 3.1, section 4.8.10): every
 * guard of a route must let a request in, so the token joins each requirement.
 */
function withToken(others: Requirements, { isOptional, isAlternative }: Protection): Requirements {
  const token = { [SCW_SECURITY]: [] };
  // An empty requirement is OpenAPI's way to say that none is needed.
  if (isAlternative) return [...others, token, ...(isOptional ? [{}] : [])];
  const without = others.length > 0 ? others : [{}];
  return [...without.map((other) => ({ ...other, ...token })), ...(isOptional ? without : [])];
}

function refersToScheme(security: Requirements | undefined): boolean {
  return security?.some((requirement) => SCW_SECURITY in requirement) ?? false;
}

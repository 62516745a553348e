import type { OutgoingHttpHeaders } from 'node:http';

/** One argument that Scaleway's API refuses, as in its 400 replies. */
export interface ArgumentDetail {
  argument_name: string;
  reason: 'required' | 'format' | 'constraint';
  help_message: string;
}

/** A response of the API that is not 2xx: its status, its JSON body, and additional headers. */
export class ApiError extends Error {
  override name = 'ApiError';

  constructor(
    readonly status: number,
    readonly body: Record<string, unknown>,
    readonly headers: OutgoingHttpHeaders = {},
  ) {
    super(typeof body['message'] === 'string' ? body['message'] : `HTTP ${status}`);
  }
}

export function invalidArgument(name: string, reason: ArgumentDetail['reason'], help: string): ApiError {
  const details: ArgumentDetail[] = [{ argument_name: name, reason, help_message: help }];
  return new ApiError(400, { type: 'invalid_arguments', message: 'invalid argument(s)', details });
}

/** `invalid_argument`: the key is missing or not a UUID; `not_found`: no such key. */
export function deniedAuthentication(reason: 'invalid_argument' | 'not_found'): ApiError {
  const message = 'authentication is denied';
  return new ApiError(401, { type: 'denied_authentication', method: 'api_key', reason, message });
}

export function permissionsDenied(resource: string, action: 'read' | 'write'): ApiError {
  const details = [{ resource, action }];
  return new ApiError(403, { type: 'permissions_denied', message: 'insufficient permissions', details });
}

export function quotaExceeded(resource: string, quota: number): ApiError {
  const details = [{ resource, quota, current: quota }];
  return new ApiError(403, { type: 'quotas_exceeded', message: 'quota(s) exceeded', details });
}

/** On v1beta1 a 404 has a message and no type. */
export function notFound(what: string): ApiError {
  return new ApiError(404, { message: `${what} was not found` });
}

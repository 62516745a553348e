import { isLoopback } from './api-url.js';
import type { OptionNames } from './option-names.js';
import { isCertificateCode, ScalewayPlatformError } from './scaleway-platform-error.js';

/** The error for a request without a reply. */
export function networkError(error: unknown, url: URL, names: OptionNames): ScalewayPlatformError {
  const code = codeOf(error);
  const text = `Cannot reach ${url.host}: ${remedy(code, url, names)}${code === undefined ? '' : ` (${code})`}.`;
  return new ScalewayPlatformError('network', text, { code });
}

function remedy(code: string | undefined, url: URL, names: OptionNames): string {
  if (isCertificateCode(code)) {
    return 'its certificate or TLS version is not trusted, and this check cannot be turned off: to trust a private certificate authority, set NODE_EXTRA_CA_CERTS';
  }
  switch (code) {
    case 'ECONNREFUSED':
      return isLoopback(url)
        ? 'nothing listens there: is `npx nestjs-scaleway-auth dev` still running?'
        : `nothing listens there: check the API's URL (${names.apiUrl})`;
    case 'ENOTFOUND':
      return `the host name is unknown: check the API's URL (${names.apiUrl}) and the network`;
    case 'EAI_AGAIN':
      return 'the host name could not be resolved: check the network';
    default:
      return 'the connection failed';
  }
}

/** The code of the error that fetch wraps. The rest of that error is dropped, because it may quote headers or the reply. */
function codeOf(error: unknown): string | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth += 1) {
    const { code, cause } = current as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/u.test(code)) return code;
    current = cause;
  }
  return undefined;
}

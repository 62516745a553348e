import { isPlatformError } from './scaleway-platform-error.js';
import type { ScalewayTokenSourceOptions, ScalewayWarningLogger } from './scaleway-token-source.options.js';

/** Reports a failure that no caller sees. */
export type Reporter = (what: string, error: unknown) => void;

/** A failing logger or `onError` must not end the process with an unhandled rejection. */
export function createReporter({ logger, onError }: ScalewayTokenSourceOptions): Reporter {
  return (what, error) => {
    void (async () => (logger ?? (await defaultLogger())).warn(`${what} ${explain(error)}`))().catch(ignore);
    void (async () => onError?.(error))().catch(ignore);
  };
}

/** Nest's log, or standard error if Nest cannot be loaded. Loaded only when needed. */
async function defaultLogger(): Promise<ScalewayWarningLogger> {
  try {
    const { Logger } = await import('@nestjs/common');
    return new Logger('ScalewayTokenSource');
  } catch {
    return { warn: (message) => process.emitWarning(message, 'ScalewayTokenSource') };
  }
}

/** Only this package's own messages are known to contain no secret. */
function explain(error: unknown): string {
  return isPlatformError(error)
    ? error.message
    : `The cause is a ${error instanceof Error ? error.name : typeof error}.`;
}

function ignore(): void {}

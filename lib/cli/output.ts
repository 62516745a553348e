import { setImmediate } from 'node:timers/promises';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EPIPE: 'whoever reads it has stopped reading',
};

/**
 * Watches a stream for failed writes, so that a command whose output got lost does not end with 0.
 *
 * @returns waits until everything is written; gives a sentence when something was not
 */
export function watchOutput(stream: NodeJS.WriteStream): () => Promise<string | undefined> {
  let failure: NodeJS.ErrnoException | undefined;
  stream.on('error', (error) => {
    failure ??= error;
  });
  return async () => {
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
    // The event comes after the callback of the write that failed.
    await setImmediate();
    if (failure === undefined) return undefined;
    const code = failure.code ?? failure.message;
    return `The output could not be written (${code}${REASONS[code] === undefined ? '' : `: ${REASONS[code]}`}).`;
  };
}

import { setImmediate } from 'node:timers/promises';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EPIPE: 'the reader has stopped reading',
};

/**
 * Watches a stream for failed writes, so that a command whose output was lost does not exit with 0.
 *
 * @returns a function that waits until everything is written, and returns a sentence if something was not
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

/** Runs with nothing of this machine's Scaleway set-up, and puts everything back. */
export async function withEnvironment<T>(variables: Record<string, string>, run: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('SCW_')) delete process.env[name];
  Object.assign(process.env, { XDG_CONFIG_HOME: '/nonexistent', ...variables });
  try {
    return await run();
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

/** What a call is refused with; fails when it is not. */
export async function refusalOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('Expected a refusal.');
}

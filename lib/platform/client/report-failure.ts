/** One line in Nest's log; on standard error where Nest cannot be loaded. Loaded when needed: most processes never do. */
export async function reportFailure(message: string): Promise<void> {
  try {
    const { Logger } = await import('@nestjs/common');
    Logger.warn(message, 'ScalewayTokenSource');
  } catch {
    process.emitWarning(message, 'ScalewayTokenSource');
  }
}

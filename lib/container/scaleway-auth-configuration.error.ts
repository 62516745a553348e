/**
 * Thrown at boot if the application is configured incorrectly. The message names the variable or option, and says what is
 * wrong and what to do. It does not contain the variable's value. `stack` is the message alone, without the frames of Nest's
 * dependency injector.
 *
 * @example
 * try {
 *   await NestFactory.create(AppModule, { abortOnError: false });
 * } catch (error) {
 *   if (error instanceof ScalewayAuthConfigurationError) console.error(error.message);
 * }
 */
export class ScalewayAuthConfigurationError extends Error {
  static {
    // On the prototype, because util.inspect prints own properties after the message.
    Object.defineProperty(this.prototype, 'name', { value: 'ScalewayAuthConfigurationError' });
  }

  constructor(message: string) {
    super(message);
    this.stack = message;
  }
}

/**
 * The application is set up wrongly, so it does not boot. The message names the variable or option, says what is wrong
 * and what to do about it; it never contains the variable's value. `stack` is the message: whoever reads a container's
 * log at start needs the sentence, not the frames of the dependency injector.
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
    // On the prototype: an own property would be printed behind the message by whatever inspects the error.
    Object.defineProperty(this.prototype, 'name', { value: 'ScalewayAuthConfigurationError' });
  }

  constructor(message: string) {
    super(message);
    this.stack = message;
  }
}

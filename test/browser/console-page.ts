import type { Page } from 'playwright-core';
import { MAIN, Run } from '../cli/dev/support.js';
import { cleanEnvironment, freePort } from '../support/process.js';

/** `dev` with the sample as its container. */
export class ConsoleRun {
  private constructor(
    private readonly run: Run,
    readonly port: number,
  ) {}

  static async start(): Promise<ConsoleRun> {
    const port = await freePort();
    const command = ['dev', '--platform-port', '0', '--', process.execPath, 'dist/sample/main.js'];
    const run = new Run(process.execPath, [MAIN, ...command], { env: { ...cleanEnvironment(), PORT: String(port) } });
    await run.shows('successfully started');
    return new ConsoleRun(run, port);
  }

  /** The page's address, with the key. */
  get address(): string {
    return /Console: (\S+)/.exec(this.run.stderr)![1]!;
  }

  get origin(): string {
    return new URL(this.address).origin;
  }

  get key(): string {
    return new URL(this.address).hash.slice(1);
  }

  async stop(): Promise<void> {
    this.run.child.kill('SIGTERM');
    await this.run.exitCode();
  }
}

/** The console, used as a person would use it. Scripts are texts: these files know no browser's types. */
export class ConsolePage {
  constructor(readonly page: Page) {}

  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await this.page.locator('#kinds button').first().waitFor();
  }

  press(name: string, exact = false): Promise<void> {
    return this.page.getByRole('button', { name, exact }).click();
  }

  token(): Promise<string> {
    return this.page.inputValue('#token');
  }

  /** Makes a token of a kind, and waits for what the page says of it. */
  async make(name: string): Promise<void> {
    await this.page.fill('#token', '');
    await this.page.evaluate("document.querySelector('#checks').replaceChildren()");
    await this.press(name);
    await this.page.locator('#checks .verdict').waitFor();
  }

  /** Sends the token to a path of the container, and reads the answer. */
  async send(path = '/whoami'): Promise<string> {
    await this.page.evaluate("document.querySelector('#answer').replaceChildren()");
    await this.page.fill('#path', path);
    await this.press('Send to the container');
    await this.page.locator('#answer .verdict').waitFor();
    return this.page.locator('#answer').innerText();
  }

  checks(): Promise<string> {
    return this.page.locator('#checks').innerText();
  }

  clipboard(): Promise<string> {
    return this.page.evaluate('navigator.clipboard.readText()');
  }

  async paste(text: string): Promise<void> {
    await this.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
    await this.page.fill('#token', '');
    await this.page.focus('#token');
    await this.page.keyboard.press('Control+V');
  }
}

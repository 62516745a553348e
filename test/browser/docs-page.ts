import type { Page } from 'playwright-core';

/** The sample's page at /docs, used as a person would use it. */
export class DocsPage {
  constructor(private readonly page: Page) {}

  async open(url: string): Promise<void> {
    await this.page.goto(`${url}/docs`);
    await this.whoami.waitFor();
  }

  /** Presses Authorize, and pastes a token into the one field there is. */
  async authorize(token: string): Promise<void> {
    await this.page.locator('.auth-wrapper .authorize').first().click();
    const dialog = this.page.locator('.dialog-ux');
    const logout = dialog.getByRole('button', { name: 'Remove authorization' });
    if (await logout.isVisible()) await logout.click();
    await dialog.locator('input').fill(token);
    await dialog.getByRole('button', { name: 'Apply credentials' }).click();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  }

  /** Calls /whoami by the buttons of its operation, and reads the answer that the page shows. */
  async callWhoami(): Promise<{ status: number; body: unknown; sent: Record<string, string> }> {
    if (!(await this.whoami.locator('.opblock-body').isVisible())) {
      await this.whoami.locator('.opblock-summary').click();
      await this.whoami.getByRole('button', { name: 'Try it out' }).click();
    }
    const clear = this.whoami.getByRole('button', { name: 'Clear' });
    if (await clear.isVisible()) await clear.click();
    const sending = this.page.waitForRequest((request) => new URL(request.url()).pathname === '/whoami');
    await this.whoami.getByRole('button', { name: 'Execute' }).click();
    const sent = await (await sending).allHeaders();
    const shown = this.whoami.locator('.live-responses-table .response').first();
    const status = Number(await shown.locator('.response-col_status').innerText());
    const body: unknown = JSON.parse(await shown.locator('.microlight').first().innerText());
    return { status, body, sent };
  }

  /** The answers that the page documents for an operation. */
  answersOf(path: string): Promise<string[]> {
    return this.operation(path)
      .locator('.responses-table:not(.live-responses-table) tbody .response-col_status')
      .allInnerTexts();
  }

  /** Whether the page shows the lock of an operation that wants a token. */
  hasLock(path: string): Promise<boolean> {
    return this.operation(path).locator('.authorization__btn').isVisible();
  }

  private get whoami() {
    return this.operation('/whoami');
  }

  private operation(path: string) {
    return this.page.locator('.opblock', { has: this.page.locator(`[data-path="${path}"]`) });
  }
}

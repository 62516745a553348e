import { accessSync, constants } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PATH = process.env['CHROMIUM_PATH'] || '/usr/bin/chromium';

/** Whether there is a Chromium to drive; without one, says loudly what is not tested and how to have it tested. */
function hasChromium(): boolean {
  try {
    accessSync(PATH, constants.X_OK);
    return true;
  } catch {
    console.warn(
      `The pages are NOT TESTED in a browser: there is no Chromium at ${PATH}. Install one ` +
        '(apt-get install chromium), or name another in CHROMIUM_PATH.',
    );
    return false;
  }
}

/** `describe`, where there is a Chromium. */
export const describeInBrowser = hasChromium() ? describe : describe.skip;

/** A headless Chromium that speaks to nobody but the page's server. */
export function launchChromium(...extra: string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: PATH,
    args: [
      // Its sandbox does not start for root, which tests in containers run as.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...extra,
    ],
  });
}

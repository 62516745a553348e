import type { OutgoingHttpHeaders } from 'node:http';

/** A 200 whose body is not JSON, but a file of a page. */
export class Content {
  constructor(
    readonly type: string,
    readonly bytes: Buffer,
    readonly headers: OutgoingHttpHeaders = {},
  ) {}
}

import type { OutgoingHttpHeaders } from 'node:http';

/** A 200 whose body is not JSON: a file of a page. */
export class Content {
  constructor(
    readonly type: string,
    readonly bytes: Buffer,
    readonly headers: OutgoingHttpHeaders = {},
  ) {}
}

import { Injectable } from '@nestjs/common';

export const label = 'a guard that does nothing';

/** What any guard costs, whatever it does: the floor of every comparison over HTTP. */
export function wire() {
  class NoOpGuard {
    canActivate() {
      return true;
    }
  }
  Injectable()(NoOpGuard);
  return { guard: NoOpGuard };
}

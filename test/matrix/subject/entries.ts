// Only compiled: the types of every entry, whole.
export type * as auth from 'nestjs-scaleway-auth';
export type * as platform from 'nestjs-scaleway-auth/platform';
export type * as redis from 'nestjs-scaleway-auth/redis';
export type * as swagger from 'nestjs-scaleway-auth/swagger';
export type * as testing from 'nestjs-scaleway-auth/testing';
export type * as ws from 'nestjs-scaleway-auth/ws';

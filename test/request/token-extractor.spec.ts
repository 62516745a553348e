import { randomUUID } from 'node:crypto';
import { type RequestHeaders, TokenExtractor } from '../../lib/request/token-extractor.js';

const HEADERS = ['x-auth-token', 'scw-functions-token', 'scw_functions_token', 'authorization'];
const extractor = new TokenExtractor(HEADERS, 8192);

const read = (headers: RequestHeaders['headers'], rawHeaders?: string[]) => extractor.extract({ headers, rawHeaders });

describe('where there are no raw headers', () => {
  it('reads a token', () => {
    expect(read({ 'x-auth-token': ' a.b.c ' })).toMatchObject({ token: 'a.b.c', header: 'x-auth-token' });
  });
  it.each(['a,b', 'a, b', 'a.b.c, a.b.c', ',', 'a,'])('takes a comma for a repeat: %j', (value) => {
    expect(read({ 'x-auth-token': value })).toEqual({ token: null, reason: 'duplicate_token', header: 'x-auth-token' });
    expect(read({ authorization: `Bearer ${value}` })).toEqual({
      token: null,
      reason: 'duplicate_token',
      header: 'authorization',
    });
  });
  it('takes a list of values for a repeat', () => {
    expect(read({ 'x-auth-token': ['a', 'a'] })).toEqual({
      token: null,
      reason: 'duplicate_token',
      header: 'x-auth-token',
    });
    expect(read({ 'x-auth-token': ['', 'a'] })).toEqual({
      token: null,
      reason: 'duplicate_token',
      header: 'x-auth-token',
    });
    expect(read({ authorization: ['Basic YTpi', 'Bearer a'] })).toEqual({
      token: null,
      reason: 'duplicate_token',
      header: 'authorization',
    });
  });
  it('takes a list of one for one, and a blank list for none', () => {
    expect(read({ 'x-auth-token': ['a'] })).toMatchObject({ token: 'a' });
    expect(read({ 'x-auth-token': [] })).toEqual({ token: null, reason: 'no_token', header: undefined });
    expect(read({ 'x-auth-token': ['', ' '] })).toEqual({ token: null, reason: 'no_token', header: undefined });
  });
  it.each(['\ta.b.c\t', ' \t a.b.c\t ', '\t', ' '])('takes away blanks and tabs around it: %j', (value) => {
    const token = value.trim();
    const found = token === '' ? { token: null, reason: 'no_token' } : { token };
    expect(read({ 'x-auth-token': value })).toMatchObject(found);
    expect(read({ authorization: `Bearer\t${value}` })).toMatchObject(found);
  });
  it('takes for an IAM key what is one, and nothing around it', () => {
    const id = randomUUID();
    const behind = { authorization: 'Bearer a.b.c' };
    expect(read({ 'x-auth-token': id, ...behind })).toMatchObject({ token: 'a.b.c' });
    for (const value of [`x${id}`, `${id}x`, `${id}${id}`])
      expect(read({ 'x-auth-token': value, ...behind })).toMatchObject({ token: value, header: 'x-auth-token' });
  });
  it('takes an empty list of raw headers for none, and a name without a value too', () => {
    for (const raw of [[], ['X-Auth-Token'], ['Host', 'h', 'X-Auth-Token']])
      expect(read({ 'x-auth-token': 'a, b' }, raw)).toEqual({
        token: null,
        reason: 'duplicate_token',
        header: 'x-auth-token',
      });
  });
});

describe('with raw headers', () => {
  it('looks at them, wherever the platform keeps them', () => {
    const rawHeaders = ['X-Auth-Token', 'a', 'x-auth-TOKEN', 'a'];
    const headers = { 'x-auth-token': 'a, a' };
    const refused = { token: null, reason: 'duplicate_token', header: 'x-auth-token' };
    expect(extractor.extract({ headers, rawHeaders })).toEqual(refused);
    expect(extractor.extract({ headers, raw: { rawHeaders } })).toEqual(refused);
  });
  it('does not take a value for a name', () => {
    expect(
      read({ 'x-auth-token': 'a', 'x-echo': 'X-Auth-Token' }, [
        'X-Echo',
        'X-Auth-Token',
        'X-Auth-Token',
        'a',
        'x-echo',
        'x-auth-token',
      ]),
    ).toMatchObject({ token: 'a' });
  });
  it('reads what a middleware has put in the place of a header', () => {
    expect(read({ 'x-auth-token': 'b' }, ['X-Auth-Token', 'a'])).toMatchObject({ token: 'b' });
  });
  it('does not care for a header that a middleware has taken away', () => {
    expect(read({}, ['X-Auth-Token', 'a'])).toEqual({ token: null, reason: 'no_token', header: undefined });
  });
  it('does not fail on an odd number of them', () => {
    expect(read({ 'x-auth-token': 'a' }, ['X-Auth-Token', 'a', 'X-Auth-Token'])).toMatchObject({ token: 'a' });
  });
});

describe('a header of another type', () => {
  it.each([undefined, null, 1, true, {}, () => 'a'])('%p carries nothing', (value) => {
    expect(read({ 'x-auth-token': value as never })).toEqual({ token: null, reason: 'no_token', header: undefined });
  });
  it('is not found in the prototype of the headers', () => {
    const odd = new TokenExtractor(['constructor', 'tostring', '__proto__'], 8192);
    expect(odd.extract({ headers: {} })).toEqual({ token: null, reason: 'no_token', header: undefined });
  });
});

it.each(['\u00a0', '\u3000', '\ufeff', '\u0000'])('blanks are blanks and tabs; %j is not one', (character) => {
  expect(read({ 'x-auth-token': character })).toMatchObject({ token: character });
});

it('names the first IAM key where there are several', () => {
  expect(read({ 'scw-functions-token': randomUUID(), authorization: `Bearer ${randomUUID()}` })).toEqual({
    token: null,
    reason: 'iam_key',
    header: 'scw-functions-token',
  });
});

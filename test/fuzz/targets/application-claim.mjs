import assert from 'node:assert/strict';

/** The rule of whom a token is for, with those of its times, issuer and audience: never throws, and decides as written here. */
export const files = [
  'verification/jws',
  'verification/application-claim',
  'verification/token-times',
  'verification/issuer-audience',
];

/** @type {any} its key is not asked for */
const CONTAINER = { public: false, namespaceId: 'n', applicationId: 'a' };
const RULES = { issuer: 'SCALEWAY', requireIssuer: false, audience: 'functions', requireAudience: false };
const TIMES = { clockTolerance: 5, requireExpiry: false, maxTokenAge: undefined };
const NOW = 1000;

export const words = [
  '"application_claim":',
  '"namespace_id":',
  '"application_id":',
  '"n"',
  '"a"',
  '""',
  '"N"',
  '"n "',
  '"iss":',
  '"SCALEWAY"',
  '"aud":',
  '"functions"',
  '"exp":',
  '"nbf":',
  '"iat":',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  'null',
  'true',
  'false',
  '0',
  '-0',
  '1000',
  '1001',
  '1005',
  '1005.001',
  '1e400',
  '-1',
  '"__proto__":',
  '"constructor":',
  '"length":1',
  '\\u006e',
  '\\u0000',
  '[{"namespace_id":"n"}]',
];

/** @param {unknown} value */
const isText = (value) => typeof value === 'string';

/** @param {unknown} claim */
function applicationVerdict(claim) {
  if (!Array.isArray(claim) || claim.length !== 1) return 'bad_claim';
  const entry = claim[0];
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) return 'bad_claim';
  const ids = ['namespace_id', 'application_id'].map((name) => (Object.hasOwn(entry, name) ? entry[name] : ''));
  if (!ids.every(isText) || ids.join('') === '') return 'bad_claim';
  if (ids[0] !== '' && ids[0] !== 'n') return 'wrong_namespace';
  return ids[1] === '' || ids[1] === 'a' ? 'fits' : 'wrong_application';
}

/** @param {any} payload */
function timeVerdict(payload) {
  const [exp, nbf, iat] = ['exp', 'nbf', 'iat'].map((name) =>
    Object.hasOwn(payload, name) ? payload[name] : undefined,
  );
  if ([exp, nbf, iat].some((time) => time !== undefined && !(typeof time === 'number' && Math.abs(time) < Infinity)))
    return 'bad_claim';
  if (exp !== undefined && exp <= NOW) return 'expired';
  return [nbf, iat].some((time) => time !== undefined && time > NOW + 5) ? 'not_yet_valid' : undefined;
}

/** @param {any} payload */
function partiesVerdict(payload) {
  if (Object.hasOwn(payload, 'iss') && payload.iss !== 'SCALEWAY') return 'wrong_issuer';
  if (!Object.hasOwn(payload, 'aud')) return undefined;
  const list = Array.isArray(payload.aud) ? payload.aud : [payload.aud];
  return list.every(isText) && list.includes('functions') ? undefined : 'wrong_audience';
}

/**
 * @typedef {typeof import('../../../lib/verification/application-claim.js')
 *   & typeof import('../../../lib/verification/token-times.js')
 *   & typeof import('../../../lib/verification/issuer-audience.js')} Rules
 */

/**
 * @param {Rules} rules
 * @returns {(input: Buffer) => string}
 */
export function prepare({ readApplicationClaim, matchContainer, readTimes, checkTimes, checkIssuerAudience }) {
  return (input) => {
    let payload;
    try {
      payload = JSON.parse(input.toString('utf8'));
    } catch {
      return 'no JSON';
    }
    if (payload === null || typeof payload !== 'object' || Array.isArray(payload)) return 'no object';

    const claim = readApplicationClaim(payload.application_claim);
    const application = typeof claim === 'string' ? claim : (matchContainer(claim, CONTAINER) ?? 'fits');
    assert.equal(
      application,
      applicationVerdict(Object.hasOwn(payload, 'application_claim') ? payload.application_claim : undefined),
    );
    const times = readTimes(payload);
    const time = typeof times === 'string' ? times : checkTimes(times, TIMES, NOW * 1000);
    // Of several things that are wrong with the times any may be named.
    assert.equal(time === undefined, timeVerdict(payload) === undefined, `${time} is not ${timeVerdict(payload)}`);
    const parties = checkIssuerAudience(payload, RULES);
    assert.equal(parties, partiesVerdict(payload));
    return `${time ?? 'current'}, ${parties ?? 'its parties'}, ${application}`;
  };
}

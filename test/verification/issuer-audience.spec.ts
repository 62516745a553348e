import { token } from '../support/issuer.js';
import { type Case, describeCases } from '../support/probe.js';

/** What neither claim may be when it is present. */
const NEITHER = ['', null, false, true, 0, 1, {}, { 0: 'functions' }, [[]], [null]];

const refused = (claim: string, values: readonly unknown[], reason: string): Case[] =>
  values.map((value) => ({
    name: `${claim} ${JSON.stringify(value)}`,
    send: () => token({ [claim]: value }),
    ends: `401 ${reason}`,
  }));

const accepted = (claim: string, values: readonly unknown[]): Case[] =>
  values.map((value) => ({
    name: `${claim} ${JSON.stringify(value)}`,
    send: () => token({ [claim]: value }),
    ends: '200',
  }));

describeCases('iss', {}, [
  ...accepted('iss', ['SCALEWAY', undefined]),
  ...refused(
    'iss',
    [
      ...NEITHER,
      'scaleway',
      'Scaleway',
      'SCALEWAY ',
      'SCALEWAY\u0000',
      'SCALEWAY2',
      ['SCALEWAY'],
      [],
      { iss: 'SCALEWAY' },
    ],
    'wrong_issuer',
  ),
]);

describeCases('aud', {}, [
  ...accepted('aud', [
    'functions',
    undefined,
    ['functions'],
    ['other', 'functions'],
    ['functions', 'other'],
    ['functions', 'functions'],
  ]),
  ...refused(
    'aud',
    [
      ...NEITHER,
      'Functions',
      'functions ',
      'other functions',
      'functions2',
      'containers',
      [],
      ['Functions'],
      ['other'],
      [['functions']],
      ['functions', 1],
      ['functions', null],
      [{ aud: 'functions' }],
    ],
    'wrong_audience',
  ),
]);

describeCases('iss and aud', {}, [
  { name: 'neither', send: () => token({ iss: undefined, aud: undefined }), ends: '200' },
  { name: 'both wrong', send: () => token({ iss: 'x', aud: 'x' }), ends: '401 wrong_issuer' },
  {
    name: 'a claim of another kind in another letter case',
    send: () => token({ iss: undefined, ISS: 'x', Aud: 'x' }),
    ends: '200',
  },
]);

describeCases('requireIssuer', { requireIssuer: true }, [
  ...accepted('iss', ['SCALEWAY']),
  ...refused('iss', [undefined, null, 'x'], 'wrong_issuer'),
  { name: 'no aud', send: () => token({ aud: undefined }), ends: '200' },
]);

describeCases('requireAudience', { requireAudience: true }, [
  ...accepted('aud', ['functions', ['functions']]),
  ...refused('aud', [undefined, null, [], 'x'], 'wrong_audience'),
  { name: 'no iss', send: () => token({ iss: undefined }), ends: '200' },
]);

describeCases('the options issuer and audience', { issuer: 'me', audience: 'mine' }, [
  { name: 'both as set', send: () => token({ iss: 'me', aud: 'mine' }), ends: '200' },
  { name: 'aud among others', send: () => token({ iss: 'me', aud: ['functions', 'mine'] }), ends: '200' },
  { name: 'iss as Scaleway writes it', send: () => token({ aud: 'mine' }), ends: '401 wrong_issuer' },
  { name: 'aud as Scaleway writes it', send: () => token({ iss: 'me' }), ends: '401 wrong_audience' },
  { name: 'neither', send: () => token({ iss: undefined, aud: undefined }), ends: '200' },
]);

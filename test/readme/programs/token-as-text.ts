import { ScalewayTokenVerifier, type ScwTokenClaims } from 'nestjs-scaleway-auth';

export async function callerOf(verifier: ScalewayTokenVerifier, job: { token: string }): Promise<ScwTokenClaims> {
  const verdict = await verifier.verify(job.token);
  if (!verdict.accepted) throw new Error(`The job's token was refused: ${verdict.reason}`);
  return verdict.claims;
}

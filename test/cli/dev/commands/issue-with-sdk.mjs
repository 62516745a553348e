// Issues a token for the first container that there is, with Scaleway's SDK and what its loader finds in the environment.
import { loadProfileFromEnvironmentValues } from '@scaleway/configuration-loader';
import { createClient } from '@scaleway/sdk-client';
import { Containerv1beta1 } from '@scaleway/sdk-container';

const api = new Containerv1beta1.API(createClient(loadProfileFromEnvironmentValues()));
const { containers } = await api.listContainers({});
const { token } = await api.createToken({ containerId: containers[0].id });
process.stdout.write(token);

import { filesOfBundle } from '../suites.js';
import { bundle } from './bundle.js';

await bundle(filesOfBundle('platform'));

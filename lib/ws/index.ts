export { ScwWsAdapter } from './scw-ws.adapter.js';

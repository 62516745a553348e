export { addScwSecurity } from './add-scw-security.js';
export { SCW_SECURITY } from './security-scheme.js';

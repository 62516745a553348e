/** Keys under which decorators keep what they say of a handler or a class: the same for every copy of this package. */
export const PUBLIC_ROUTE = 'nestjs-scaleway-auth:public-route';
export const OPTIONAL_ROUTE = 'nestjs-scaleway-auth:optional-route';
export const REQUIRED_SCOPE = 'nestjs-scaleway-auth:required-scope';

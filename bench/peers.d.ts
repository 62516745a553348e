// The peers are dependencies of this folder alone and are not installed where types are checked.
declare module '@nestjs/jwt';
declare module 'aws-jwt-verify';
declare module 'fast-jwt';
declare module 'jose';

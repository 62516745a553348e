export const label = 'no guard at all';

export const wire = () => ({});

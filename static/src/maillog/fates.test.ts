import { expect, test } from 'vitest';
import { fateOf, fates } from './fates';

test('a fate is told by its direction, and one that is not known as it is', () => {
	expect(fateOf({ direction: 'out', fate: 'dropped' }).name).toBe('Not sent any more');
	expect(fateOf({ direction: 'in', fate: 'dropped' }).name).toBe('Our own mail');
	expect(fateOf({ direction: 'in', fate: 'from_tomorrow' })).toEqual({ name: 'from_tomorrow' });
});

test('what can be chosen is of the direction, and each fate is there once', () => {
	expect(fates('out').map((f) => f.id)).not.toContain('posted');
	expect(fates('in').map((f) => f.id)).not.toContain('failed');
	expect(fates('').filter((f) => f.id === 'dropped')).toEqual([{ id: 'dropped', name: 'Not sent any more, or Our own mail' }]);
});

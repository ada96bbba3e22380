import { expect, test } from 'vitest';
import { faultOf } from './mailTimes';

test.each([
	['nothing', undefined, undefined, ''],
	['over midnight, outside', { from: '22:00', until: '07:00' }, [7, 21], ''],
	['over midnight, as it begins', { from: '22:00', until: '07:00' }, [8, 22], 'quiet hours'],
	['over midnight, early', { from: '22:00', until: '07:30' }, [7], 'quiet hours'],
	['by day', { from: '12:00', until: '13:30' }, [13], 'quiet hours'],
	['by day, outside', { from: '12:00', until: '13:30' }, [0, 11, 14], ''],
	['no hour', undefined, [], 'at least one hour'],
	['no quiet hours', { from: '07:00', until: '07:00' }, undefined, 'another'],
])('%s', (_, quiet, hours, fault) => {
	const said = faultOf(quiet, hours);
	expect(fault === '' ? said : said.includes(fault)).toBe(fault === '' ? '' : true);
});

import { expect, test } from 'vitest';
import { accountsOf } from './accounts';

const contact = (id: string, account?: string) => ({ id, name: id, kind: 'contact', ...(account ? { account: { id: account, name: account } } : {}) });

test('people of one account count once, staff not at all, and who has none stands alone', () => {
	const staff = { id: 's', name: 's', kind: 'staff' };
	expect(accountsOf([contact('a', 'x'), contact('b', 'x'), staff])).toHaveLength(1);
	expect(accountsOf([contact('a', 'x'), contact('b', 'y')])).toHaveLength(2);
	expect(accountsOf([contact('a'), contact('b')])).toHaveLength(2);
});

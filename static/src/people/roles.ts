/** The roles, in the order in which they are offered. */
export const roles = [
	{ id: 'client', name: 'Client', kind: 'contact' },
	{ id: 'client_staff', name: 'Employee of a client', kind: 'contact' },
	{ id: 'prospect', name: 'Prospect', kind: 'contact' },
	{ id: 'staff', name: 'Staff', kind: 'staff' },
	{ id: 'admin', name: 'Administrator', kind: 'staff' },
	{ id: 'owner', name: 'Owner', kind: 'staff' },
] as const;

export const roleName = (id: string): string => roles.find((r) => r.id === id)?.name ?? id;

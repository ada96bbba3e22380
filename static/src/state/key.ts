/**
 * A new idempotency key: the time in milliseconds and 80 random bits, so that the database keeps the keys of one time side by side.
 * (`randomUUID` is missing where an office is reached by plain http.)
 */
export function newKey(): string {
	const random = crypto.getRandomValues(new Uint8Array(10));
	return hex(Date.now(), 12) + Array.from(random, (b) => hex(b, 2)).join('');
}

function hex(n: number, digits: number): string {
	return n.toString(16).padStart(digits, '0');
}

/** A new idempotency key: 128 random bits. (`randomUUID` is missing where an office is reached by plain http.) */
export function newKey(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

const causes: Readonly<Record<string, string>> = {
	office: 'Always, in privacy mode: mail carries no files.',
	conversation: 'Always, in a conversation with strict privacy: mail carries no files.',
	account: 'Always here: the client wants private mail, which carries no files.',
	people: 'Always here: everybody else wants private mail, which carries no files.',
};

/** Why mail carries links alone. */
export const whyLinksAlone = (cause: string): string => causes[cause] ?? 'Always here: mail carries no files.';

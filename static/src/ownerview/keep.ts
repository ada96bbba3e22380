/** How long a browser has to begin a download, in ms: then what it was made of goes. */
const long = 30_000;

/** Saves what is here as a file: asking the server for it once more would be a second entry in the audit log. */
export function keep(content: Blob, name: string): void {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(content);
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), long);
}

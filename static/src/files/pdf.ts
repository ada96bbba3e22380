// A PDF is drawn on a canvas by pdf.js: no plugin, no script of the document, nothing fetched but the file.
import { getDocument, GlobalWorkerOptions, type PDFDocumentLoadingTask } from 'pdfjs-dist';
// oxlint-disable-next-line import/default (Vite gives its address)
import worker from 'pdfjs-dist/build/pdf.worker.min.mjs?url';

interface Policies {
	createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
// The one script that is started by its address (Trusted Types policy `postern-worker`).
const policy = policies?.createPolicy('postern-worker', { createScriptURL: () => worker }) ?? { createScriptURL: () => worker };

/** Begins to read a document. What comes back is to be destroyed. */
export function read(content: ArrayBuffer): PDFDocumentLoadingTask {
	GlobalWorkerOptions.workerPort ??= new Worker(policy.createScriptURL(worker), { type: 'module' });
	return getDocument({
		data: content,
		isEvalSupported: false,
		enableXfa: false,
		useWorkerFetch: false,
		useWasm: false,
		maxImageSize: 25_000_000,
		canvasMaxAreaInBytes: 100_000_000,
		verbosity: 0,
	});
}

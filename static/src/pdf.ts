// The chunk of who looks at a PDF: Mozilla's pdf.js, with its worker as a file of its own.
export { default as Pdf } from './files/Pdf.svelte';

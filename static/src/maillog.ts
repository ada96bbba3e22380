// The chunk of staff who look at mail: the office's ledger, addresses that get none, and the mail that a recipient got.
export { default as MailLog } from './maillog/MailLog.svelte';
export { default as OpenedMail } from './maillog/OpenedMail.svelte';

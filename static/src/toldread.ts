// The chunk of who says whom mail tells that a message of theirs was opened.
export { default as ToldRead } from './toldread/ToldRead.svelte';

// The chunk of what somebody sees who is not signed in, or not reached.
export { default as Forgotten } from './Forgotten.svelte';
export { default as Link } from './Link.svelte';
export { default as SignIn } from './SignIn.svelte';
export { default as Trouble } from './Trouble.svelte';

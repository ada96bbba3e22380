// The chunk of who looks after the office's people.
export { default as Users } from './users/Users.svelte';

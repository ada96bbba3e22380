// The chunk of an owner who looks at conversations that they are not in.
export { default as Ownerview } from './ownerview/Ownerview.svelte';

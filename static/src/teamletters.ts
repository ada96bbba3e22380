// The chunk of who says whether letters to teams start conversations.
export { default as TeamLetters } from './teamletters/TeamLetters.svelte';

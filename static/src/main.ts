import { mount } from 'svelte';
import App from './App.svelte';
import './theme/colours.css';
import './theme/meanings.css';
import './theme/base.css';
import './theme/controls.css';
import { chosen, show } from './theme/theme';

show(chosen());

const target = document.getElementById('app');
if (target) mount(App, { target });

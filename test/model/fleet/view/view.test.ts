import { testWorld } from '../world/planted.ts';
import { VIEW_BUGS } from './bugs.ts';
import { playView } from './play.ts';

testWorld('nothing is shown as of now that is older than 30 s, and all of it arrives in the end', 20, playView, VIEW_BUGS);

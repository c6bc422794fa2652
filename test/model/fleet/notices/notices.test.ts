import { testWorld } from '../world/planted.ts';
import { NOTICE_BUGS } from './bugs.ts';
import { playNotices } from './play.ts';

testWorld('people are notified of what is silent, once, and that it is back', 20, playNotices, NOTICE_BUGS);

import { testWorld } from '../world/planted.ts';
import { PROBE_BUGS } from './bugs.ts';
import { playProbes } from './play.ts';

testWorld('of the hosts that reach each other one probes, and one does', 12, playProbes, PROBE_BUGS);

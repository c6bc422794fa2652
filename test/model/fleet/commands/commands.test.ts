import { testWorld } from '../world/planted.ts';
import { COMMAND_BUGS } from './bugs.ts';
import { playCommands } from './play.ts';

testWorld('every command is followed once, or not at all and nobody hopes for it', 12, playCommands, COMMAND_BUGS);

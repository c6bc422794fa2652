import type { Action } from './model/facts.ts';

/**
 * An action without its words: "resume 2", "fresh 3", "end 1", "recover 1", "escalate to operator:
 * blocked".
 */
export function inShort(action: Action): string {
  switch (action.kind) {
    case 'resume':
      return `${action.mode} ${action.attempt}`;
    case 'end':
      return `end ${action.attempt}`;
    case 'recover':
    case 'end-recovery':
      return `${action.kind} ${action.recovery}`;
    case 'escalate':
      return `escalate to ${action.to}: ${action.cause}`;
  }
}

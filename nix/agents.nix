# The agents of dogwatch, as in src/agents/registry.ts. Made by `npm test -- test/nix -u`: don't edit.
[ "opencode" "claude" "codex" "gemini" "qwen" "generic" ]

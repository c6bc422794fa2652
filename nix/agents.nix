# The agents of dogwatch, as src/agents/registry.ts has them. Made by `npm test -- test/nix -u`: don't edit.
[ "opencode" "claude" "codex" "gemini" "qwen" "generic" ]
